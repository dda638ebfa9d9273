"""What the operating system says in English, said in French."""

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


def system_sentence(error: OSError) -> str:
    """Say why the system refused, without the name of the file."""
    return _SENTENCES.get(error.errno or 0, f"le système refuse ({error.errno})")
