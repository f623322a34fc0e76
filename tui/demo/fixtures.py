"""The names that the simulated company uses: files, labels, servers, transcoding profiles."""

from typing import NamedTuple

STEMS = (
    "nombre",
    "nombre2",
    "otro",
    "informativo_21h_{n}",
    "Entrevista María Ñíguez {n} (versión final, ahora sí)",
    "gol-jornada-{n}",
    "El tiempo {n}",
    "promo_verano_{n}",
    "rueda de prensa {n}",
    "CAM{n}_0001",
    "documental costa da morte {n}",
    "[bracketed] tráiler v{n}",
    "Corazón de otoño - capítulo {n}",
    "東京オリンピック_開会式_{n}",
    "Вечерний выпуск {n}",
    "برنامج الصباح {n}",
    "뉴스데스크_{n}",
    "Ελλάδα σήμερα {n}",
    "Grüße aus Köln {n}",
    "100% aloe & menta ({n} s)",
    "IMG_{n}",
    "final_FINAL_v{n}_definitivo_este_si_que_si_aprobado_por_cliente_para_emision_sin_rotulos_audio_corregido",
    "pleno-municipal-2019-{n}",
    "x",
    "  espacios  delante {n}",
    "L'été à Besançon nº {n}",
    "#{n} sin título",
    "クリップ🎬{n}",
)
EXTENSIONS = (".mp4", ".mp4", ".mp4", ".mov", ".mxf", ".mkv", ".MP4", ".avi")
LABELS = (
    "prioridad alta",
    "prioridad media",
    "prioridad baja",
    "prioridad media",
    "informativos",
    "Kunde: Müller & Söhne",
    "deportes / directo",
    "",
    "至急",
    "[sin etiqueta]",
    "срочно",
    "campaña otoño: emisión nacional, segunda ventana, con subtítulos en català i euskara",
)

PASSWORDS = ("violeta-ventana-9", "p%40ss:w0rd")
"""In the URLs of sources and targets: a test searches for them where they must not appear."""


class Location(NamedTuple):
    """Where a file comes from or goes to."""

    protocol: str
    url: str
    user: str | None


SOURCES = (
    Location("FTP", "ftp://ftp.tuservidor.com", "usuario"),
    Location("FTP", f"ftp://usuario:{PASSWORDS[0]}@ftp.tuservidor.com", "usuario"),
    Location("SFTP", "sftp://ingesta.example.net:2222/entrada", "ingesta"),
    Location("SFTP", f"sftp://ingesta:{PASSWORDS[1]}@ingesta.example.net/entrada", "ingesta"),
    Location("HTTP", "https://media.example.org/originales", None),
    Location("HTTP", "http://10.0.12.7:8080/export", None),
)
TARGETS = (
    Location("FTP", "ftp://ftp.tuservidor.com", "usuario"),
    Location("FTP", f"ftp://usuario:{PASSWORDS[0]}@ftp.tuservidor.com/salida", "usuario"),
    Location("SFTP", "sftp://publica.example.net/vod", "publica"),
)
NOTIFICATIONS = (
    (None, "correo@tuservidor.com"),
    ("https://cms.example.org/hooks/transcode?site=7", None),
    ("https://cms.example.org/hooks/transcode", "emisión@tuservidor.com"),
)


class DemoProfile(NamedTuple):
    """A transcoding profile (O). A height of None or 0 means audio only."""

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
    def filename_suffix(self) -> str:
        if not self.video_height:
            return f".{self.video_format}"
        extension = "m3u8" if self.video_format == "hls" else self.video_format
        return f"_{self.video_height}p.{extension}"


_UHD = "UHD 2160p HEVC (sólo pruebas internas)"
PROFILES = {
    profile.id: profile
    for profile in (
        DemoProfile(12, "Audio MP3 128", "mp3", "", 0, 0, 0, "", 128, "mp3"),
        DemoProfile(31, "Móvil 360p", "mp4", "h264", 640, 360, 800, "16:9", 96, "aac"),
        DemoProfile(33, "Web 480p", "mp4", "h264", 854, 480, 1400, "16:9", 128, "aac"),
        DemoProfile(34, "Web 720p", "mp4", "h264", 1280, 720, 2800, "16:9", 128, "aac"),
        DemoProfile(35, "Web 1080p", "mp4", "h264", 1920, 1080, 5000, "16:9", 192, "aac"),
        DemoProfile(41, _UHD, "mp4", "hevc", 3840, 2160, 16000, "16:9", 256, "aac"),
        DemoProfile(57, "Vertical 9:16", "mp4", "h264", 1080, 1920, 4200, "9:16", 128, "aac"),
        DemoProfile(63, "WebM VP9 720p", "webm", "vp9", 1280, 720, 2200, "16:9", 128, "opus"),
        DemoProfile(71, "[archivo] 4:3", "mp4", "h264", 768, 576, 1800, "4:3", 128, "aac"),
        DemoProfile(86, "Test HLS", "hls", "h264", 1280, 720, 2800, "16:9", 128, "aac"),
        DemoProfile(87, "HLS 1080p", "hls", "h264", 1920, 1080, 5000, "16:9", 128, "aac"),
        DemoProfile(92, "Prueba escalado", "mp4", "h264", 1920, 1080, 4500, "16:9", 128, "aac"),
    )
}

PROFILE_SETS = (
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
"""The ids of profiles that orders use together."""
