"""The rule codes: what is wrong, how grave it is, and what the operator can do about it.

The codes are stable: they are in reports, in rejections signed by the ministry and in the
evidence. Messages and hints are French, because operators read them, and are fixed sentences:
none can contain the value that was judged.
"""

from enum import StrEnum
from typing import Self


class Level(StrEnum):
    """How far a finding reaches: the file, its row, its row until settled, or nobody."""

    FILE_REFUSED = "fichier refusé"
    ROW_REFUSED = "ligne refusée"
    ROW_HELD = "ligne en attente"
    WARNING = "avertissement"


class RuleCode(StrEnum):
    """One rule of the contract with files, with its level, French message and French hint."""

    level: Level
    message: str
    hint: str

    def __new__(cls, code: str, level: Level, message: str, hint: str) -> Self:
        """Make a member whose value is the code alone."""
        member = str.__new__(cls, code)
        member._value_ = code
        member.level = level
        member.message = message
        member.hint = hint
        return member

    FICHIER_ENCODAGE = (
        "FICHIER_ENCODAGE",
        Level.FILE_REFUSED,
        "L'encodage du fichier n'est pas reconnu.",
        "Enregistrez le fichier en UTF-8, ou précisez l'encodage avec --encoding.",
    )
    FICHIER_MOJIBAKE = (
        "FICHIER_MOJIBAKE",
        Level.FILE_REFUSED,
        "Les lettres accentuées du fichier ont été encodées deux fois.",
        "Reprenez l'export d'origine ; ne rouvrez pas dans un tableur un fichier déjà altéré.",
    )
    FICHIER_VIDE = (
        "FICHIER_VIDE",
        Level.FILE_REFUSED,
        "Le fichier ne contient aucune ligne de données.",
        "Vérifiez les critères de l'export du système d'information local.",
    )
    FICHIER_COLONNE_INCONNUE = (
        "FICHIER_COLONNE_INCONNUE",
        Level.FILE_REFUSED,
        "Le fichier a une colonne qui n'est pas dans la liste de l'Annexe E.",
        (
            "Retirez cette colonne de l'export ; si c'est un des huit champs sous un autre nom, "
            "inscrivez ce nom dans la convention."
        ),
    )
    FICHIER_COLONNE_MANQUANTE = (
        "FICHIER_COLONNE_MANQUANTE",
        Level.FILE_REFUSED,
        "Il manque au fichier une colonne de l'Annexe E.",
        "Ajoutez la colonne à l'export, même vide si le champ est facultatif.",
    )
    FICHIER_COLONNE_DOUBLE = (
        "FICHIER_COLONNE_DOUBLE",
        Level.FILE_REFUSED,
        "Deux colonnes du fichier désignent le même champ.",
        "Gardez une seule colonne par champ.",
    )
    FICHIER_SEUIL_REFUS = (
        "FICHIER_SEUIL_REFUS",
        Level.FILE_REFUSED,
        "La part de lignes refusées dépasse le seuil de la convention ; rien n'est enregistré.",
        "Corrigez les lignes du rapport, puis rechargez le fichier entier.",
    )
    FICHIER_FORMAT = (
        "FICHIER_FORMAT",
        Level.FILE_REFUSED,
        "Le fichier n'est pas un CSV, ni un JSON, lisible.",
        (
            "Exportez en CSV, séparé par des points-virgules, avec une ligne d'en-tête ; ou en "
            "JSON, un objet par personne."
        ),
    )
    LIGNE_NOMBRE_CHAMPS = (
        "LIGNE_NOMBRE_CHAMPS",
        Level.ROW_REFUSED,
        "La ligne n'a pas le même nombre de champs que l'en-tête.",
        (
            "Cherchez un séparateur ou un guillemet de trop dans un champ, ou un champ non protégé "
            "par des guillemets."
        ),
    )
    CHAMP_OBLIGATOIRE = (
        "CHAMP_OBLIGATOIRE",
        Level.ROW_REFUSED,
        "Ce champ obligatoire est vide.",
        "Complétez le champ dans le système d'information local.",
    )
    CHAMP_TROP_LONG = (
        "CHAMP_TROP_LONG",
        Level.ROW_REFUSED,
        "Ce champ dépasse la longueur admise.",
        (
            "Limites : 100 caractères pour un nom ou un prénom, 250 pour l'adresse, 254 pour le "
            "courriel."
        ),
    )
    CARACTERE_INTERDIT = (
        "CARACTERE_INTERDIT",
        Level.ROW_REFUSED,
        "Ce champ contient un caractère de contrôle ou un caractère invisible.",
        "Ressaisissez le champ sans copier-coller ; une adresse tient sur une seule ligne.",
    )
    FORMULE = (
        "FORMULE",
        Level.ROW_REFUSED,
        "Ce champ commence par un signe qu'un tableur prendrait pour une formule.",
        "Retirez le signe (=, +, -, @ ou tabulation) placé au début du champ.",
    )
    NIR = (
        "NIR",
        Level.ROW_REFUSED,
        "Ce champ contient un numéro de sécurité sociale.",
        "Retirez ce numéro : il ne fait pas partie des champs convenus.",
    )
    NIR_MAL_FORME = (
        "NIR_MAL_FORME",
        Level.ROW_REFUSED,
        "Ce champ contient un nombre qui ressemble à un numéro de sécurité sociale.",
        "Retirez ce nombre, même si sa clé est fausse : c'est sans doute une faute de frappe.",
    )
    IDENTIFIANT_SOCIAL = (
        "IDENTIFIANT_SOCIAL",
        Level.ROW_REFUSED,
        "Ce champ contient un nombre qui ressemble à un numéro d'allocataire.",
        "Retirez ce nombre : aucun identifiant ne fait partie des champs convenus.",
    )
    DATE_FORMAT = (
        "DATE_FORMAT",
        Level.ROW_REFUSED,
        "Cette date n'est pas écrite comme convenu.",
        "Écrivez AAAA-MM-JJ ou JJ/MM/AAAA, l'année sur quatre chiffres, sans heure.",
    )
    DATE_IMPOSSIBLE = (
        "DATE_IMPOSSIBLE",
        Level.ROW_REFUSED,
        "Ce jour n'existe pas au calendrier.",
        "Vérifiez le jour et le mois.",
    )
    DATE_INVRAISEMBLABLE = (
        "DATE_INVRAISEMBLABLE",
        Level.ROW_REFUSED,
        "La personne aurait eu moins de 14 ans ou plus de 110 ans à son entrée.",
        "Vérifiez la date de naissance et la date d'entrée.",
    )
    ENTREE_FUTURE = (
        "ENTREE_FUTURE",
        Level.ROW_REFUSED,
        "La date d'entrée est postérieure à aujourd'hui.",
        "Vérifiez la date ; une entrée prévue se charge une fois qu'elle a eu lieu.",
    )
    CODE_POSTAL_FORMAT = (
        "CODE_POSTAL_FORMAT",
        Level.ROW_REFUSED,
        "Le code postal n'a pas exactement cinq chiffres.",
        "Vérifiez qu'un tableur n'a pas retiré le zéro initial ; la ville va dans l'adresse.",
    )
    COURRIEL_FORMAT = (
        "COURRIEL_FORMAT",
        Level.ROW_REFUSED,
        "L'adresse électronique n'est pas valide.",
        "Donnez une seule adresse, de la forme nom@domaine.fr, sans accent avant l'arobase.",
    )
    TELEPHONE_FORMAT = (
        "TELEPHONE_FORMAT",
        Level.ROW_REFUSED,
        "Le numéro de téléphone n'est pas valide.",
        (
            "Donnez un seul numéro : dix chiffres en France (le zéro initial a pu être perdu), ou "
            "+ et l'indicatif du pays."
        ),
    )
    TELEPHONE_SPECIAL = (
        "TELEPHONE_SPECIAL",
        Level.ROW_REFUSED,
        "Ce numéro est un numéro court ou un numéro 08 : il ne joint pas une personne.",
        "Remplacez-le par le numéro de la personne, ou videz le champ.",
    )
    CONTACT_ABSENT = (
        "CONTACT_ABSENT",
        Level.ROW_REFUSED,
        "La personne n'a aucun moyen d'être jointe.",
        "Donnez un courriel, un téléphone, ou une adresse avec son code postal.",
    )
    DOUBLON_CONTRADICTOIRE = (
        "DOUBLON_CONTRADICTOIRE",
        Level.ROW_REFUSED,
        "La même personne, ou sa clé locale, figure plusieurs fois, avec des valeurs différentes.",
        "Gardez la seule ligne exacte ; toutes les lignes de cette personne sont refusées.",
    )
    ENTREE_HORS_PERIODE = (
        "ENTREE_HORS_PERIODE",
        Level.ROW_HELD,
        "La date d'entrée est hors de la période des actions de la convention.",
        "Corrigez la date, ou libérez la ligne avec held release en disant pourquoi.",
    )
    HOMONYME_POSSIBLE = (
        "HOMONYME_POSSIBLE",
        Level.ROW_HELD,
        (
            "Une personne déjà connue, ou une autre ligne, a les mêmes nom, prénom et date de "
            "naissance, mais ni l'adresse, ni le téléphone, ni le courriel."
        ),
        "Dites s'il s'agit de la même personne, avec person settle ; la ligne attend jusque-là.",
    )
    CLE_LOCALE_DOUTEUSE = (
        "CLE_LOCALE_DOUTEUSE",
        Level.ROW_HELD,
        (
            "La clé locale ne s'accorde pas avec le nom et les coordonnées de la personne connue, "
            "ou une autre ligne prétend à la même personne."
        ),
        (
            "Dites si c'est bien cette personne, avec person settle ; sinon corrigez la clé dans "
            "le système local, rechargez la ligne, puis écartez celle-ci avec held discard."
        ),
    )
    AVERTISSEMENT_ADRESSE_TIERS = (
        "AVERTISSEMENT_ADRESSE_TIERS",
        Level.WARNING,
        "L'adresse semble être celle d'un tiers ou d'un établissement.",
        "Vérifiez qu'un courrier y parviendrait à la personne sans révéler sa situation.",
    )
    AVERTISSEMENT_CODE_POSTAL = (
        "AVERTISSEMENT_CODE_POSTAL",
        Level.WARNING,
        "Le code postal est inconnu, hors du territoire, ou l'adresse porte CEDEX.",
        "Vérifiez que c'est bien le lieu de résidence de la personne.",
    )
    AVERTISSEMENT_DOUBLON_IDENTIQUE = (
        "AVERTISSEMENT_DOUBLON_IDENTIQUE",
        Level.WARNING,
        "Cette ligne répète à l'identique une ligne précédente ; elle est comptée une fois.",
        "Rien à faire si la répétition est voulue.",
    )
