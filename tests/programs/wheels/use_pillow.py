from PIL import Image, ImageDraw, ImageFilter, ImageChops, ImageStat, ImageOps
import io, hashlib
i = Image.new('RGB', (60, 40), (10, 20, 30)); d = ImageDraw.Draw(i); d.ellipse((5, 5, 50, 35), fill='red', outline=(0, 255, 0)); d.line([(0, 0), (59, 39)], fill='#00f', width=3); d.text((2, 2), 'Hi', fill='white')
h = lambda im: hashlib.md5(im.tobytes()).hexdigest()
print(h(i), i.getpixel((30, 20)), i.size, i.mode, ImageStat.Stat(i).mean, h(i.rotate(30, expand=True)), h(i.resize((20, 10), Image.LANCZOS)), h(i.filter(ImageFilter.GaussianBlur(2))), h(i.convert('L')), h(i.convert('P')), h(i.crop((1, 2, 30, 31))), h(ImageChops.invert(i)), h(ImageOps.autocontrast(i)), i.getbbox(), len(i.getcolors(9999)))
for fmt in ('PNG', 'GIF', 'BMP', 'TIFF', 'PPM', 'JPEG', 'WEBP'):
    b = io.BytesIO(); i.save(b, fmt); b.seek(0); j = Image.open(b); j.load(); print(fmt, len(b.getvalue()), j.size, j.mode, h(j.convert('RGB')))
for bad in (lambda: Image.open(io.BytesIO(b'junk')), lambda: Image.new('XX', (1, 1)), lambda: i.getpixel((99, 0)), lambda: Image.open(io.BytesIO(b.getvalue()[:60])).load(), lambda: i.paste(5, 'x')):
    try: bad()
    except Exception as e: print(type(e).__name__, str(e)[:60].split(' at ')[0].split('<_io')[0])
print(i.point(lambda x: x // 2).getpixel((0, 0)), Image.merge('RGB', i.split()[::-1]).getpixel((0, 0)), Image.fromarray if 0 else 1, i.transpose(Image.FLIP_LEFT_RIGHT).getpixel((59, 0)), Image.frombytes('L', (2, 2), b'abcd').getdata()[3], i.histogram()[10])
