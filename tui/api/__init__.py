"""The API client: the only package that uses httpx and knows the API's field names."""
