"""Signs one PDF many times with pyHanko; prints the median in milliseconds.

Arguments: file, times. The key and its certificate are made here and used in memory.
"""
import datetime
import io
import statistics
import sys
import time

from asn1crypto import keys, x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import fields, signers
from pyhanko_certvalidator.registry import SimpleCertificateStore

file, times = sys.argv[1], int(sys.argv[2])
key = ec.generate_private_key(ec.SECP256R1())
name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Example signer")])
now = datetime.datetime.now(datetime.timezone.utc)
certificate = (
    x509.CertificateBuilder()
    .subject_name(name)
    .issuer_name(name)
    .public_key(key.public_key())
    .serial_number(1)
    .not_valid_before(now)
    .not_valid_after(now + datetime.timedelta(days=1))
    .add_extension(
        x509.KeyUsage(True, True, False, False, False, False, False, False, False), critical=True
    )
    .sign(key, hashes.SHA256())
)
signer = signers.SimpleSigner(
    signing_cert=asn1_x509.Certificate.load(certificate.public_bytes(serialization.Encoding.DER)),
    signing_key=keys.PrivateKeyInfo.load(
        key.private_bytes(
            serialization.Encoding.DER,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    ),
    cert_registry=SimpleCertificateStore(),
)
pages = open(file, "rb").read()
took = []
for _ in range(times):
    began = time.perf_counter()
    writer = IncrementalPdfFileWriter(io.BytesIO(pages))
    signers.PdfSigner(
        signers.PdfSignatureMetadata(
            field_name="merchant",
            md_algorithm="sha256",
            subfilter=fields.SigSeedSubFilter.PADES,
            certify=True,
            docmdp_permissions=fields.MDPPerm.FILL_FORMS,
        ),
        signer=signer,
        new_field_spec=fields.SigFieldSpec("merchant", on_page=0, box=(50, 50, 250, 110)),
    ).sign_pdf(writer)
    took.append((time.perf_counter() - began) * 1e3)
print(statistics.median(took))
