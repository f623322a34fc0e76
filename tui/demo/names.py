"""What the company calls things: files, labels, servers, and the words of its failures."""

from tui.demo.chance import pick

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
