"""Documents to JSON and back, with the library's accelerators and with its Python code."""

import json
import json.decoder
import json.encoder
import json.scanner

DOCUMENT = {"name": "Zoë", "tags": ["a", "b", "c\n"], "n": 12345, "f": 1.5, "none": None, "flags": [True, False],
            "nested": {str(i): {"id": i, "text": "value %d" % i, "list": list(range(i % 7))} for i in range(60)}}

text = ""
for _ in range(250):
    text = json.dumps(DOCUMENT)
    assert json.loads(text) == DOCUMENT
for _ in range(20):
    text = json.dumps(DOCUMENT, indent=1, sort_keys=True)
decoder = json.JSONDecoder()
decoder.parse_object = json.decoder.JSONObject
decoder.scan_once = json.scanner.py_make_scanner(decoder)
for _ in range(20):
    decoder.decode(text)
print(len(text))
