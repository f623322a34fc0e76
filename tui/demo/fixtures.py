"""What the company calls things: files, labels, servers, and the words of its failures."""
# FOLD """The company's transcoding profiles, and the sets of them that its orders ask for."""

from typing import NamedTuple

from tui.demo.rng import pick

_STEMS = (
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
_ENDINGS = (".mp4", ".mp4", ".mp4", ".mov", ".mxf", ".mkv", ".MP4", ".avi")
_LABELS = (
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
"""The passwords in the world's URLs, so that a test can look for them where they must not be."""

# Protocol, everything before the path, and the user the service names beside it.
SOURCES = (
    ("FTP", "ftp://ftp.tuservidor.com", "usuario"),
    ("FTP", f"ftp://usuario:{PASSWORDS[0]}@ftp.tuservidor.com", "usuario"),
    ("SFTP", "sftp://ingesta.example.net:2222/entrada", "ingesta"),
    ("SFTP", f"sftp://ingesta:{PASSWORDS[1]}@ingesta.example.net/entrada", "ingesta"),
    ("HTTP", "https://media.example.org/originales", None),
    ("HTTP", "http://10.0.12.7:8080/export", None),
)
TARGETS = (
    ("FTP", "ftp://ftp.tuservidor.com", "usuario"),
    ("FTP", f"ftp://usuario:{PASSWORDS[0]}@ftp.tuservidor.com/salida", "usuario"),
    ("SFTP", "sftp://publica.example.net/vod", "publica"),
)
NOTIFICATIONS = (
    (None, "correo@tuservidor.com"),
    ("https://cms.example.org/hooks/transcode?site=7", None),
    ("https://cms.example.org/hooks/transcode", "emisión@tuservidor.com"),
)

# By the phase that failed: an order does not fail while it is queued.
_REASONS = (
    (),
    (
        "Download failed: 550 {file}: No such file or directory",
        "Download failed: 530 Login incorrect at {host}",
        "Download failed: {host} did not answer within 60 s (3 attempts)",
        "Download failed: {host} closed the connection after 1.2 GiB of 4.7 GiB",
    ),
    (
        "Transcoding failed: moov atom not found, {file} is cut off or no MP4",
        "Transcoding failed: unsupported codec 'aprn' (ProRes RAW) in stream 0:0",
        "Transcoding failed: stream 0:1 declares 0 audio channels",
        "Transcoding failed: worker lost (out of memory), frame 48211",
    ),
    (
        "Upload failed: 552 Disk quota exceeded at {host}",
        "Upload failed: 553 Could not create file at {host}: Permission denied",
        "Upload failed: host key of {host} has changed",
    ),
)


def filename(bits: int) -> str:
    """The name of an order's file."""
    stem = pick(_STEMS, bits).format(n=(bits >> 16) % 900 + 1)
    return stem + pick(_ENDINGS, bits >> 32)


def label(bits: int) -> str:
    """An order's label or a sub-job's."""
    return pick(_LABELS, bits)


def reason(bits: int, phase: int, file: str, host: str) -> str:
    """Why an order failed in `phase`."""
    return pick(_REASONS[phase], bits).format(file=file, host=host)


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
