from lxml import etree, html, objectify
import io
root = etree.XML('<?xml version="1.0"?><r a="1" xmlns:n="urn:n"><b>text<c/>tail</b><n:d é="ü">\u20ac</n:d><!-- c --><?pi x?></r>'.encode())
print(etree.tostring(root, pretty_print=True).decode(), root.attrib, [e.tag for e in root.iter()], root.xpath('//n:d/text()', namespaces={'n': 'urn:n'}), root.xpath('count(//*)'), root.find('b').tail, root[0][0].tail)
root.append(etree.SubElement(root, 'new', x='1')); root.insert(0, etree.Comment('first')); del root[1]
print(etree.tostring(root), len(root), root[-1].getparent().tag, root[0].getnext(), list(root.iterchildren('new')))
xslt = etree.XSLT(etree.XML('<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform"><xsl:param name="p"/><xsl:template match="/"><out><xsl:value-of select="$p"/><xsl:for-each select="//item"><i><xsl:value-of select="."/></i></xsl:for-each></out></xsl:template></xsl:stylesheet>'))
print(str(xslt(etree.XML('<l><item>1</item><item>2</item></l>'), p="'x'")))
schema = etree.XMLSchema(etree.XML('<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"><xs:element name="a" type="xs:integer"/></xs:schema>'))
print(schema.validate(etree.XML('<a>1</a>')), schema.validate(etree.XML('<a>x</a>')), schema.error_log.last_error.message)
for bad in ('<a>', '<a b=1/>', '', '<a>&x;</a>'):
    try: etree.fromstring(bad)
    except etree.XMLSyntaxError as e: print(type(e).__name__, e)
h = html.fromstring('<p class="x y">a<br>b <a href="/u">l</a></p>'); h.make_links_absolute('http://e/'); print(html.tostring(h), h.text_content(), h.xpath('//a/@href'))
o = objectify.fromstring('<o><i>5</i><f>1.5</f><s>t</s><l>1</l><l>2</l></o>'); print(o.i + 1, o.f * 2, o.s, [int(x) for x in o.l], objectify.dump(o))
class E(etree.ElementBase):
    @property
    def shout(self): return self.text.upper()
p = etree.XMLParser(); p.set_element_class_lookup(etree.ElementDefaultClassLookup(element=E)); print(etree.fromstring('<a>hi</a>', p).shout)
class T:
    def __init__(self): self.out = []
    def start(self, tag, attrib): self.out.append(('start', tag, dict(attrib)))
    def end(self, tag): self.out.append(('end', tag))
    def data(self, d): self.out.append(('data', d))
    def close(self): return self.out
print(etree.fromstring('<a x="1">t<b/></a>', etree.XMLParser(target=T())))
for event, e in etree.iterparse(io.BytesIO(b'<a><b>1</b><b>2</b></a>'), events=('start', 'end'), tag='b'): print(event, e.tag, e.text)
f = etree.FunctionNamespace('urn:f'); f['twice'] = lambda ctx, x: x[0].text * 2 if x else 'none'
print(etree.XML('<a><b>q</b></a>').xpath('f:twice(b)', namespaces={'f': 'urn:f'}))
try: etree.XML('<a/>').xpath('f:nope()', namespaces={'f': 'urn:f'})
except etree.XPathError as e: print(type(e).__name__, e)
buf = io.BytesIO()
with etree.xmlfile(buf) as xf:
    with xf.element('r'):
        for i in range(3): xf.write(etree.Element('e', n=str(i)))
print(buf.getvalue())
