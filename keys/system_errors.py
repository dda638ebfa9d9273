"""What the operating system says in English, said in French, and the way out of it."""

import errno
from typing import Final

_SENTENCES: Final = {
    errno.ENOENT: "ce fichier ou ce dossier n'existe pas",
    errno.EEXIST: "ce fichier existe déjà, il n'est pas remplacé",
    errno.EACCES: "les droits manquent",
    errno.EPERM: "les droits manquent",
    errno.EISDIR: "c'est un dossier, un fichier est attendu",
    errno.ENOTDIR: "une partie du chemin n'est pas un dossier",
    errno.ELOOP: "ce lien tourne en rond",
    errno.ENAMETOOLONG: "ce nom est trop long",
    errno.EROFS: "ce support est en lecture seule",
    errno.ENOSPC: "le disque est plein",
    errno.EDQUOT: "le quota est atteint",
    errno.EIO: "le support répond par une erreur",
}
_TAKEN: Final = "rien n'y a été changé : donnez un autre nom, ou déplacez d'abord ce fichier"
_RIGHTS: Final = "vérifiez les droits du dossier, et le compte qui lance la commande"
_SPACE: Final = "libérez de la place, puis recommencez"
_WAYS_OUT: Final = {
    errno.EEXIST: _TAKEN,
    errno.EACCES: _RIGHTS,
    errno.EPERM: _RIGHTS,
    errno.EROFS: "montez ce support en écriture, ou donnez un autre chemin",
    errno.ENOSPC: _SPACE,
    errno.EDQUOT: _SPACE,
    errno.EIO: "vérifiez le disque",
}


def system_sentence(error: OSError) -> str:
    """Say why the system refused, without the name of the file."""
    return _SENTENCES.get(error.errno or 0, f"le système refuse ({error.errno})")


def system_way_out(error: OSError) -> str:
    """Say what to do about it."""
    return _WAYS_OUT.get(error.errno or 0, "vérifiez le chemin")


def lacks_space(error: OSError) -> bool:
    """Tell whether the same call may succeed once there is room on the disk."""
    return error.errno in {errno.ENOSPC, errno.EDQUOT}
