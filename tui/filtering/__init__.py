"""The filter language (`status:error profile:hls age<2h`) and the order of rows. Pure."""
