from pydantic import BaseModel, Field, ValidationError, field_validator, model_validator, TypeAdapter, ConfigDict, computed_field
from typing import *
import datetime, decimal, enum, uuid
class Colour(enum.Enum): red = 'r'
class Inner(BaseModel): x: int; y: Optional[float] = None
class M(BaseModel):
    model_config = ConfigDict(extra='forbid', validate_assignment=True)
    name: str = Field(min_length=2, alias='Name')
    items: List[Inner] = []
    when: datetime.datetime
    kind: Union[int, Colour] = Colour.red
    money: decimal.Decimal = Field(default=decimal.Decimal('1.50'), max_digits=5)
    table: Dict[str, Tuple[int, ...]] = {}
    lit: Literal['a', 'b'] = 'a'
    @field_validator('lit', mode='before')
    @classmethod
    def lower(cls, v): return v.lower() if isinstance(v, str) else v
    @model_validator(mode='after')
    def check(self):
        if self.name == 'bad': raise ValueError('is bad')
        return self
    @computed_field
    @property
    def n(self) -> int: return len(self.items)
m = M(Name='née', items=[{'x': '5'}, Inner(x=1, y='2.5')], when='2020-01-02T03:04:05Z', table={'k': [1, '2']}, lit='B')
print(repr(m)); print(m.model_dump_json()); print(m.model_dump(by_alias=True, exclude={'when'})); print(M.model_validate_json(m.model_dump_json(by_alias=True, exclude={'n'})) == m)
for bad in (dict(Name='x', when='never', items=[{'x': 'q'}, 5], extra=1, kind=None, table={1: 2}), dict(Name='bad', when=0), 5):
    try: M.model_validate(bad)
    except ValidationError as e: print(e.error_count(), e.json(include_url=False)); print(str(e))
try: m.name = 'z'
except ValidationError as e: print(e.errors(include_url=False))
print(TypeAdapter(List[Union[int, str]]).validate_python(['1', 2]), TypeAdapter(Dict[uuid.UUID, datetime.timedelta]).validate_python({'12345678123456781234567812345678': 'PT1H'}), sorted(M.model_json_schema()['properties']), m.model_copy(update={'lit': 'a'}).lit, hash(Colour.red) is not None)
class Tree(BaseModel): v: int; kids: List['Tree'] = []
t = {'v': 0}
for i in range(30): t = {'v': i, 'kids': [t]}
print(Tree.model_validate(t).model_dump()['kids'][0]['v'])
t['kids'][0] = t
try: Tree.model_validate(t)
except ValidationError as e: print(e.errors(include_url=False, include_input=False))
