import regex, ujson, yaml, psutil, os, io
print(regex.findall(r'(?:foo){e<=1}', 'fo foo fooo bar'), regex.sub(r'\p{Lu}+', lambda m: m.group().lower(), 'ABC déF ÄÖ'), regex.match(r'(?<n>\w)+', 'abc').captures('n'), regex.split(r'(?V1)(?=b)', 'abab'), regex.fullmatch(r'(?|(a)|(b))', 'b').groups(), regex.findall(r'\X', 'e\u0301x'), regex.search(r'(?r)\d+', 'a1 b22').span())
for bad in ('(', '[a', '(?P<n', '*a', r'\p{Nope}'):
    try: regex.compile(bad)
    except regex.error as e: print(e)
v = {'a': [1, -2.5, True, None, 'é\u20ac/"'], 'n': {'x': 2 ** 62}}
print(ujson.dumps(v), ujson.dumps(v, ensure_ascii=False, indent=2, sort_keys=True, escape_forward_slashes=False), ujson.loads(ujson.dumps(v)) == v)
for bad in ('[1,', '{"a"}', 'nul', '"\\u12"', '1e999'):
    try: print(ujson.loads(bad))
    except ValueError as e: print(e)
class J:
    def __json__(self): return '[1]'
print(ujson.dumps(J()))
try: ujson.dumps(object())
except TypeError as e: print(e)
print(yaml.__with_libyaml__)
doc = '''a: &x [1, 2.5, yes, ~, 2020-01-02]
b: {c: *x, "d": 'e'}
t: |
  line
  é
s: !!set {p}
'''
for L in (yaml.SafeLoader, yaml.CSafeLoader): print(sorted(yaml.load(doc, L).items(), key=str))
for D in (yaml.SafeDumper, yaml.CSafeDumper): print(yaml.dump({'k': [1, 'é', None, 1.5, 'a: b'], 'n': {'x': 'y\nz'}}, Dumper=D, allow_unicode=True))
for bad in ('a: [', 'a: b: c', '*x', '\t- a', '!!python/object:os.system {}'):
    for L in (yaml.SafeLoader, yaml.CSafeLoader):
        try: yaml.load(bad, L)
        except yaml.YAMLError as e: print(type(e).__name__, str(e).splitlines()[0])
print([type(t).__name__ for t in yaml.parse('a: [b]', Loader=yaml.CLoader)])
p = psutil.Process(); print(p.pid == os.getpid(), p.parent().pid == os.getppid(), p.cmdline()[1:], p.num_threads(), p.cwd() == os.getcwd(), p.memory_info()._fields, p.status(), psutil.cpu_count() > 0, psutil.virtual_memory().percent >= 0)
try: psutil.Process(2 ** 22 + 1)
except psutil.NoSuchProcess as e: print(type(e).__name__, e)
