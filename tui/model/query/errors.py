"""The only exception of the filter language."""


class QueryError(Exception):
    """What is wrong with a filter: one sentence without a full stop, and the offset of the
    character where it went wrong.
    """

    def __init__(self, position: int, sentence: str) -> None:
        super().__init__(sentence)
        self.position = position
        self.sentence = sentence
