"""The company's transcoding profiles, and the sets of them that its orders ask for."""

from typing import NamedTuple


class Profile(NamedTuple):
    """One way to transcode; no height, or one of 0, means sound only."""

    id: int
    name: str
    video_format: str
    video_codec: str
    video_width: int | None
    video_height: int | None
    video_bitrate: int
    video_aspect: str | None
    audio_bitrate: int
    audio_codec: str | None

    @property
    def ending(self) -> str:
        """How the name of a file made by this profile ends."""
        if not self.video_height:
            return f".{self.video_format}"
        return (
            f"_{self.video_height}p.{'m3u8' if self.video_format == 'hls' else self.video_format}"
        )


PROFILES = {
    profile.id: profile
    for profile in (
        Profile(12, "Audio MP3 128", "mp3", "", 0, 0, 0, "", 128, "mp3"),
        Profile(31, "Móvil 360p", "mp4", "h264", 640, 360, 800, "16:9", 96, "aac"),
        Profile(33, "Web 480p", "mp4", "h264", 854, 480, 1400, "16:9", 128, "aac"),
        Profile(34, "Web 720p", "mp4", "h264", 1280, 720, 2800, "16:9", 128, "aac"),
        Profile(35, "Web 1080p", "mp4", "h264", 1920, 1080, 5000, "16:9", 192, "aac"),
        Profile(
            41,
            "UHD 2160p HEVC (sólo pruebas internas)",
            "mp4",
            "hevc",
            3840,
            2160,
            16000,
            "16:9",
            256,
            "aac",
        ),
        Profile(57, "Vertical 9:16", "mp4", "h264", 1080, 1920, 4200, "9:16", 128, "aac"),
        Profile(63, "WebM VP9 720p", "webm", "vp9", 1280, 720, 2200, "16:9", 128, "opus"),
        Profile(71, "[archivo] 4:3", "mp4", "h264", 768, 576, 1800, "4:3", 128, "aac"),
        Profile(86, "Test HLS", "hls", "h264", 1280, 720, 2800, "16:9", 128, "aac"),
        Profile(87, "HLS 1080p", "hls", "h264", 1920, 1080, 5000, "16:9", 128, "aac"),
        Profile(92, "Prueba escalado", "mp4", "h264", 1920, 1080, 4500, "16:9", 128, "aac"),
    )
}

PROFILE_SETS = tuple(
    tuple(PROFILES[number] for number in numbers)
    for numbers in (
        (92, 86),
        (35, 34, 33, 31),
        (34,),
        (86, 87),
        (35, 34, 33, 31, 86, 87),
        (92, 34, 31),
        (57, 34),
        (41, 35, 34, 33, 31),
        (12,),
        (63, 34, 12),
        (71,),
        (92, 86, 35),
    )
)
