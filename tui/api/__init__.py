"""The wire: the only room that knows HTTP and the API's field names."""
