import warnings; warnings.simplefilter('ignore')
from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives import hashes, hmac, serialization
from cryptography.hazmat.primitives.asymmetric import rsa, padding, ec, ed25519, x25519
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes, aead
from cryptography.hazmat.primitives.kdf.pbkdf2 import PBKDF2HMAC
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt
from cryptography import x509
from cryptography.x509.oid import NameOID
import datetime
f = Fernet(b'A' * 43 + b'='); t = f.encrypt_at_time(b'secret', 0); print(f.decrypt(t))
try: f.decrypt(t[:-4] + b'AAA=')
except InvalidToken as e: print('invalid')
d = hashes.Hash(hashes.SHA256()); d.update(b'a' * 1000); print(d.finalize().hex())
m = hmac.HMAC(b'k', hashes.SHA512()); m.update(b'x'); print(m.finalize().hex()[:32])
c = Cipher(algorithms.AES(b'k' * 16), modes.CBC(b'i' * 16)).encryptor(); print((c.update(b'b' * 32) + c.finalize()).hex())
print(aead.AESGCM(b'k' * 32).encrypt(b'n' * 12, b'data', b'aad').hex(), aead.ChaCha20Poly1305(b'k' * 32).encrypt(b'n' * 12, b'data', None).hex())
print(PBKDF2HMAC(hashes.SHA256(), 32, b's', 1000).derive(b'p').hex(), Scrypt(b's', 32, 16, 8, 1).derive(b'p').hex())
k = ed25519.Ed25519PrivateKey.from_private_bytes(b'1' * 32); s = k.sign(b'm'); print(s.hex()); k.public_key().verify(s, b'm')
try: k.public_key().verify(s, b'other')
except Exception as e: print(type(e).__name__)
r = rsa.generate_private_key(65537, 1024); s = r.sign(b'm', padding.PSS(padding.MGF1(hashes.SHA256()), 20), hashes.SHA256()); r.public_key().verify(s, b'm', padding.PSS(padding.MGF1(hashes.SHA256()), 20), hashes.SHA256()); print(len(s))
e = ec.derive_private_key(12345, ec.SECP256R1()); print(e.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo).decode())
name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, 'é.example')])
cert = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(k.public_key()).serial_number(7).not_valid_before(datetime.datetime(2020, 1, 1)).not_valid_after(datetime.datetime(2030, 1, 1)).add_extension(x509.SubjectAlternativeName([x509.DNSName('a.example')]), False).sign(k, None)
print(cert.fingerprint(hashes.SHA256()).hex(), cert.subject.rfc4514_string(), cert.extensions.get_extension_for_class(x509.SubjectAlternativeName).value.get_values_for_type(x509.DNSName))
for bad in (lambda: algorithms.AES(b'x'), lambda: x509.load_pem_x509_certificate(b'junk'), lambda: Fernet(b'x'), lambda: d.update(b''), lambda: hashes.Hash(5)):
    try: bad()
    except Exception as e: print(type(e).__name__, str(e)[:100])
