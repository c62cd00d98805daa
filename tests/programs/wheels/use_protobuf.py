from google.protobuf import struct_pb2, timestamp_pb2, descriptor_pb2, descriptor_pool, message_factory, json_format, text_format, any_pb2
import google.protobuf; from google.protobuf.internal import api_implementation; print(api_implementation.Type())
f = descriptor_pb2.FileDescriptorProto(name='t.proto', package='p', syntax='proto3'); m = f.message_type.add(name='M')
for i, (n, t, l) in enumerate([('a', 5, 1), ('s', 9, 1), ('r', 5, 3), ('d', 1, 1), ('by', 12, 1)]): m.field.add(name=n, number=i + 1, type=t, label=l)
s = m.field.add(name='sub', number=9, type=11, label=3, type_name='.p.M')
pool = descriptor_pool.DescriptorPool(); pool.Add(f); M = message_factory.GetMessageClass(pool.FindMessageTypeByName('p.M'))
x = M(a=5, s='é', r=[1, 2, 3], d=1.5, by=b'\0'); x.sub.add(a=1).sub.add(s='deep'); b = x.SerializeToString(); print(b, M.FromString(b) == x, x)
print(json_format.MessageToJson(x, sort_keys=True), text_format.MessageToString(x, as_one_line=True), x.ByteSize(), [f.name for f, v in x.ListFields()], x.HasField if 0 else '', M.DESCRIPTOR.full_name)
for bad in (lambda: setattr(x, 'a', 'x'), lambda: setattr(x, 'a', 2**40), lambda: setattr(x, 'zz', 1), lambda: M(s=5), lambda: M.FromString(b'\xff'), lambda: x.r.append('q'), lambda: json_format.Parse('{"a": "q"}', M()), lambda: setattr(x, 's', b'\xff')):
    try: bad()
    except Exception as e: print(type(e).__name__, str(e)[:100])
s = struct_pb2.Struct(); s['k'] = [1, {'x': None}]; print(s, list(s['k'])); t = timestamp_pb2.Timestamp(); t.FromJsonString('2020-01-01T00:00:00Z'); print(t.ToJsonString()); a = any_pb2.Any(); a.Pack(s); print(a.Is(struct_pb2.Struct.DESCRIPTOR)); c = M(); c.CopyFrom(x); c.MergeFrom(x); print(list(c.r), c == x); del c.r[1:3]; print(c.r[:], x.sub[0].sub[0].s)
