"""How does a picture come in as nothing but a picture?

What was uploaded is never kept: it is looked at, drawn anew and thrown away, and with it whatever
else the file carried: where it was taken, by which phone, or a script.
"""

from io import BytesIO
from pathlib import PurePath
from typing import Final

import filetype  # type: ignore[import-untyped]
from django.core.files.uploadedfile import UploadedFile
from PIL import Image, ImageOps

from .refusal import Refused

#: What is taken: the type found in the bytes, and the endings that may claim it.
TAKEN: Final = {
    "image/jpeg": frozenset({"jpg", "jpeg"}),
    "image/png": frozenset({"png"}),
    "image/webp": frozenset({"webp"}),
}
LARGEST: Final = 10 * 1024 * 1024  # bytes
#: A phone takes some 12 to 50 million; a bomb of a few kilobytes unpacks to many more.
MOST_PIXELS: Final = 50_000_000
LONGEST_SIDE: Final = 1600  # pixels, of what is kept
_QUALITY: Final = 82
_BROKEN: Final = "This picture cannot be read. Take it again, or save it as JPEG."
_TOO_MANY: Final = "This picture has too many pixels. Make it smaller first."


def made_anew(upload: "UploadedFile[bytes]") -> bytes:
    """The picture as a JPEG of at most 1600 pixels a side, upright, with nothing else in it.

    Raises Refused for what is too large, is no picture, or is not what its name says.
    """
    _check_claim(upload)
    try:
        with Image.open(upload, formats=("JPEG", "PNG", "WEBP")) as image:
            # Known from the head of the file, before anything is unpacked.
            width, height = image.size
            if width * height > MOST_PIXELS:
                raise Refused(_TOO_MANY, "upload")
            image.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
            image.load()
            return _drawn(image)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise Refused(_TOO_MANY, "upload") from None
    except Refused:
        raise
    except Exception:
        # Whatever a broken or hostile file does to its reader, the person is told one thing.
        raise Refused(_BROKEN, "upload") from None


def _check_claim(upload: "UploadedFile[bytes]") -> None:
    name = PurePath(upload.name or "file").name
    if not upload.size:
        raise Refused(f"“{name}” is empty.", "upload")
    if upload.size > LARGEST:
        raise Refused(f"“{name}” is larger than {LARGEST // 1024 // 1024} MB.", "upload")
    upload.seek(0)
    found = filetype.guess_mime(upload.read(8192))
    upload.seek(0)
    if found not in TAKEN:
        raise Refused(f"“{name}” is not a JPEG, PNG or WebP picture.", "upload")
    if PurePath(name).suffix.lower().lstrip(".") not in TAKEN[found]:
        raise Refused(f"“{name}” is not what its name says it is.", "upload")


def _drawn(image: Image.Image) -> bytes:
    upright = ImageOps.exif_transpose(image)
    if upright.mode not in ("L", "RGB", "RGBA"):
        upright = upright.convert("RGBA" if upright.has_transparency_data else "RGB")
    upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    # A new sheet takes the colours and none of the notes; what is see-through becomes white.
    sheet = Image.new("RGB", upright.size, "white")
    if upright.has_transparency_data:
        solid = upright.convert("RGBA")
        sheet.paste(solid, mask=solid.getchannel("A"))
    else:
        sheet.paste(upright)
    out = BytesIO()
    sheet.save(out, "JPEG", quality=_QUALITY, optimize=True)
    return out.getvalue()
