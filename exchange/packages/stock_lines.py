"""The lines that stock tools need, as a package repeats them in its notice.

They are the README's own, which a test compares: a recipient holds those before any package
comes, since lines that only a forged package told would check nothing.
"""

from typing import Final

_PACKAGE_IN_THE_README: Final = "paquet.asice"

OPENING: Final = r"""unzip -q paquet.asice -d paquet && (cd paquet &&
[ "$(cat mimetype)" = application/vnd.etsi.asic-e+zip ] &&
openssl cms -verify -cades -binary -inform DER -in META-INF/signature.p7s \
  -content META-INF/ASiCManifest.xml -CAfile ../dept.pem -certfile ../dept.pem \
  -nointern -partial_chain -purpose any -out ../signed.xml &&
sed -n 's|.* URI="\([^"]*\)".*<ds:DigestValue>\([^<]*\)<.*|\2 \1|p' ../signed.xml > ../signed.txt &&
find . ! -path . ! -path ./META-INF ! -path ./mimetype ! -path ./META-INF/ASiCManifest.xml \
  ! -path ./META-INF/signature.p7s | LC_ALL=C sort | while IFS= read -r f; do
    echo "$(openssl dgst -sha256 -binary "$f" | openssl base64 -A) ${f#./}"; done > ../found.txt &&
cmp ../signed.txt ../found.txt) && age -d -i identity.txt -o out.csv paquet/*.csv.age
"""

ACKNOWLEDGING: Final = r"""at=$(date -u +%Y-%m-%dT%H:%M:%SZ) &&
head=$(sed 's|.*"checkpoint":"[^\\]*\\n\([0-9]*\)\\n\([^\\]*\)\\n.*|\1,"checkpoint_root":"\2"|' \
  paquet/manifest.json) && digest=$(openssl dgst -sha256 -r paquet.asice | cut -c1-64) &&
printf '{"format":1,"kind":"acknowledgement","package":"%s","checkpoint_size":%s,"at":"%s"}' \
  "$digest" "$head" "$at" > accuse.json &&
openssl cms -sign -cades -nosmimecap -binary -nodetach -outform DER \
  -signer receipt-cert.pem -inkey receipt-key.pem -in accuse.json -out accuse.p7m
"""

ACKNOWLEDGING_TEST: Final = ACKNOWLEDGING.replace('"at":"%s"}', '"at":"%s",%s}').replace(
    '"$at" >',
    r""""$at" \
  "\"opened_digest\":\"$(openssl dgst -sha256 -r out.csv | cut -c1-64)\"" >""",
)


def opening_lines(package_name: str) -> str:
    """Give the lines that check and open a package of this name."""
    return OPENING.replace(_PACKAGE_IN_THE_README, package_name)


def acknowledging_lines(package_name: str) -> str:
    """Give the lines that acknowledge a package of this name."""
    return ACKNOWLEDGING.replace(_PACKAGE_IN_THE_README, package_name)


def acknowledging_test_lines(package_name: str) -> str:
    """Give the lines that acknowledge a test of this name, once opened by ``opening_lines``."""
    return ACKNOWLEDGING_TEST.replace(_PACKAGE_IN_THE_README, package_name)
