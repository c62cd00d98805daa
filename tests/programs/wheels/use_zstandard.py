import zstandard as z, io
d = b'hello world ' * 1000
c = z.ZstdCompressor(level=5).compress(d); print(len(c), z.ZstdDecompressor().decompress(c) == d)
o = io.BytesIO()
with z.ZstdCompressor().stream_writer(o, closefd=False) as w: w.write(d); w.write(d)
print(len(o.getvalue()), z.ZstdDecompressor().stream_reader(io.BytesIO(o.getvalue())).read() == d * 2)
dd = z.train_dictionary(1024, [b'sample %d text here' % (i % 7) * 5 for i in range(500)]); print(len(dd.as_bytes()) > 100)
for b in (b'', b'junk', c[:20]):
    try: z.ZstdDecompressor().decompress(b)
    except z.ZstdError as e: print(e)
print(list(map(len, z.ZstdDecompressor().read_to_iter(io.BytesIO(c)))), z.get_frame_parameters(c).content_size)
