"""What the program knows: pure, frozen values, and pure functions over them."""
