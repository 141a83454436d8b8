"""Liquid templates made from LiquidJS's own grammar: right ones, and every way in which they are nearly right."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from hypothesis import strategies as st

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hypothesis.strategies import SearchStrategy

_LONGEST: Final = 1000


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


#: Words with a meaning to one of the libraries for Liquid, and words with none.
_WORDS: Final = _words(
    "a b list text n missing none on o empty blank nil null true false and or not contains with as for in "
    "if else by cols limit size first last length block super x-y e? é 😀 0 10 -a truex nothing orb"
)
_LITERALS: Final = ("true", "false", "nil", "null", "empty", "blank")
_NUMBERS: Final = _words("0 1 2 -1 +1 1.5 .5 1. -0 1.5.2 1a 1-2 007 1e3 12345678901234567890")
_TEXTS: Final = (
    "'a'",
    '"b"',
    "''",
    "'a b'",
    r"'it\'s'",
    r'"say \"x\""',
    r"'\n\t\x'",
    r"'\u00e9\u41\u'",
    r"'\101\8\400'",
    r"'\\'",
    "'é😀'",
    "'a|b'",
    "'}}'",
    "'%}'",
    "'null'",
    "'1'",
    "'%Y'",
    "'[object Object]'",
    "'a.b'",
    "'size'",
    r"'\ud83d'",
)
_OPERATORS: Final = ("==", "!=", "<", ">", "<=", ">=", "contains", "and", "or")
_RAW_OPERATORS: Final = (*_OPERATORS, "not", "=", "<>", "&&", "!", "===", "CONTAINS")
_BLANKS: Final = ("", "  ", "\n", "\t", "\u00a0", "\ufeff")
_NOISE: Final = (
    *_words(", : | ( ) [ ] . .. }} {{ %} {% - = # } { é 😀 endif raw"),
    "'",
    '"',
    "\\",
    "\n",
    "\u201c",
    "\u3000",
)
_FILTERS: Final = _words(
    "abs append at_least at_most base64_decode base64_encode capitalize ceil cgi_escape compact date "
    "date_to_long_string date_to_rfc822 date_to_string date_to_xmlschema default divided_by downcase "
    "escape escape_once first floor hmac_sha256 inspect join json jsonify last lstrip map minus modulo "
    "nope normalize_whitespace number_of_words plus pop prepend push raw remove remove_first remove_last "
    "replace replace_first replace_last round rstrip sha256 shift size slice slugify sort split squish "
    "strip strip_html strip_newlines sum times to_integer truncate truncatewords unshift upcase "
    "uri_escape url_decode url_encode where xml_escape"
)
_TAG_NAMES: Final = (
    "",
    *_words(
        "if elsif else endif unless endunless assign capture endcapture comment endcomment raw endraw cycle "
        "increment decrement echo liquid block endblock break continue for case render nope #"
    ),
)


def templates() -> SearchStrategy[str]:
    """Templates of at most as many characters as Segment takes."""
    return _weighted((8, _WHOLE), (1, _noisy(_WHOLE)), (1, _cut(_WHOLE))).map(lambda text: text[:_LONGEST])


def inputs() -> SearchStrategy[Any]:
    """Events with the members that the templates read."""
    return _EVENT


def _joined(*parts: SearchStrategy[str]) -> SearchStrategy[str]:
    return st.tuples(*parts).map("".join)


def _noisy(text: SearchStrategy[str]) -> SearchStrategy[str]:
    """With something inserted somewhere."""
    return st.builds(
        lambda whole, place, noise: (at := place % (len(whole) + 1), whole[:at] + noise + whole[at:])[1],
        text,
        st.integers(0, 200),
        st.sampled_from(_NOISE),
    )


def _cut(text: SearchStrategy[str]) -> SearchStrategy[str]:
    """Without something in the middle, or the end."""
    return st.builds(
        lambda whole, begin, length: whole[:begin] + whole[begin + length :],
        text,
        st.integers(0, 60),
        st.one_of(st.integers(1, 3), st.just(_LONGEST)),
    )


def _weighted(*choices: tuple[int, SearchStrategy[str]]) -> SearchStrategy[str]:
    """One of them, each as often as its number says; `one_of` takes the same strategy given twice for one."""
    return st.sampled_from([item for weight, item in choices for _ in range(weight)]).flatmap(lambda item: item)


def _mostly(usual: SearchStrategy[str], rare: SearchStrategy[str]) -> SearchStrategy[str]:
    return _weighted((25, usual), (1, rare))


_BLANK: Final = _mostly(st.just(" "), st.sampled_from(_BLANKS))
_NO_BLANK: Final = _mostly(st.just(""), st.sampled_from(_BLANKS))
_WORD: Final = _weighted((3, st.sampled_from(_WORDS[:9])), (1, st.sampled_from(_WORDS)))
_DEFERRED_VALUE: Final[SearchStrategy[str]] = st.deferred(lambda: _VALUE)
_STEP: Final = _weighted(
    (6, _joined(st.just("."), _NO_BLANK, _WORD)),
    (6, st.sampled_from(("[0]", "[-1]", ".size", ".first", ".last", ".b", "['b']"))),
    (2, _joined(st.just("["), _NO_BLANK, _DEFERRED_VALUE, _NO_BLANK, st.just("]"))),
    (1, st.sampled_from((".", "[", "[]", "[ 'b' 1]", "[]]"))),
)
_STEPS: Final = _weighted((5, st.just("")), (3, _STEP), (1, st.lists(_STEP, min_size=2, max_size=3).map("".join)))
_PATH: Final = _joined(_WORD, _STEPS)
_RANGE: Final = _joined(
    st.just("("),
    _NO_BLANK,
    _weighted((6, st.sampled_from(("1", "0", "-1", "1.5", "'2'", "n", "nil"))), (1, _DEFERRED_VALUE)),
    _mostly(st.sampled_from(("..", "..", " .. ")), st.sampled_from((".", "...", ""))),
    _weighted((6, st.sampled_from(("3", "5", "n"))), (1, _DEFERRED_VALUE)),
    _NO_BLANK,
    _mostly(st.just(")"), st.sampled_from(("", "].x"))),
)
_VALUE: Final[SearchStrategy[str]] = _weighted(
    (8, _PATH),
    (4, st.sampled_from(_TEXTS)),
    (4, _mostly(st.sampled_from(_NUMBERS), st.sampled_from(("+", "-", "--1", "+a")))),
    (2, st.sampled_from(_LITERALS)),
    (1, _joined(st.sampled_from((*_LITERALS, *_TEXTS)), _STEP)),
    (1, _RANGE),
    (1, _joined(_RANGE, _STEP)),
)
_OPERATOR: Final = _mostly(st.sampled_from(_OPERATORS), st.sampled_from(_RAW_OPERATORS))
_OPERAND: Final = _joined(st.sampled_from(("", "", "", "", "", "not ", "not not ", "not")), _VALUE)
_EXPRESSION: Final = st.builds(
    lambda first, rest: first + "".join(rest),
    _mostly(_OPERAND, st.just("")),
    st.lists(
        _weighted(
            (6, _joined(_BLANK, _OPERATOR, _BLANK, _mostly(_OPERAND, st.just("")))),
            (1, _joined(st.sampled_from((" ", " ", " ", ", ")), _OPERAND)),
        ),
        min_size=1,
        max_size=3,
    ),
)
_SIMPLE: Final = _weighted((3, _VALUE), (2, _EXPRESSION))
_ARGUMENT: Final = _weighted(
    (20, _VALUE),
    (3, _joined(st.sampled_from(("allow_false", "key", "'k'")), st.just(":"), _BLANK, _mostly(_VALUE, st.just("")))),
    (1, _EXPRESSION),
    (1, st.just("")),
)
_FILTER: Final = st.builds(
    lambda bar, name, colon, arguments: bar + name + (colon + ", ".join(arguments) if arguments else ""),
    _joined(_BLANK, st.just("|"), _BLANK),
    _mostly(st.sampled_from(_FILTERS), st.sampled_from(("", "é", "up case"))),
    _mostly(st.sampled_from((": ", ":", " : ")), st.sampled_from((" ", "::"))),
    st.lists(_ARGUMENT, max_size=3),
)
_FILTERED: Final = st.builds(lambda value, filters: value + "".join(filters), _SIMPLE, st.lists(_FILTER, max_size=2))
_DASH: Final = st.sampled_from(("", "", "", "", "-"))
_OUTPUT: Final = _joined(st.just("{{"), _DASH, _BLANK, _FILTERED, _BLANK, _DASH, st.just("}}"))
_TEXT: Final = st.sampled_from(("", "x", " ", " y ", "\n", "é😀", "}", "{", "\u00a0", " \n z"))
_DEFERRED_BODY: Final[SearchStrategy[str]] = st.deferred(lambda: _BODY)


def _tag(*parts: SearchStrategy[str]) -> SearchStrategy[str]:
    return _joined(st.just("{%"), _DASH, _BLANK, *parts, _BLANK, _DASH, st.just("%}"))


def _block(begin: Sequence[SearchStrategy[str]], body: SearchStrategy[str], end: str) -> SearchStrategy[str]:
    closing = _mostly(_tag(st.just(end)), st.sampled_from(("", "{% endif %}", f"{{% {end} x %}}")))
    return _joined(_tag(*begin), body, closing)


_BRANCHES: Final = st.builds(
    lambda body, more, last: body + "".join(more) + last,
    _DEFERRED_BODY,
    st.lists(_joined(_tag(st.just("elsif "), _FILTERED), _DEFERRED_BODY), max_size=2),
    st.one_of(
        st.just(""),
        _joined(st.just("{% else %}"), _DEFERRED_BODY),
        _joined(st.just("{% else %}a{% elsif true %}b{% else %}"), _DEFERRED_BODY),
    ),
)
_ASSIGNMENT: Final = _joined(_WORD, _NO_BLANK, _mostly(st.just("="), st.sampled_from(("", "=="))), _BLANK, _FILTERED)
_CANDIDATES: Final = st.builds(
    lambda group, values, comma: group + comma.join(values),
    st.sampled_from(("", "", "", "'g': ", "a:", ": ")),
    st.lists(_weighted((3, _VALUE), (1, _FILTERED)), min_size=1, max_size=3),
    st.sampled_from((", ", ",", ", ", " ")),
)
_LINE: Final = st.one_of(
    _joined(st.just("assign "), _ASSIGNMENT),
    _joined(st.just("echo "), _FILTERED),
    _joined(st.just("cycle "), _CANDIDATES),
    _joined(st.just("increment "), _WORD),
    st.sampled_from(("if a", "endif", "# note", "", "- echo 'x'", "nope", "'a'", "raw", "endraw", "comment")),
)
_TAG: Final = st.one_of(
    _tag(st.just("assign "), _ASSIGNMENT),
    _tag(st.just("echo "), _mostly(_FILTERED, st.just(""))),
    _tag(st.just("cycle "), _CANDIDATES),
    _tag(st.sampled_from(("increment ", "decrement ")), st.one_of(_WORD, st.sampled_from(("", "'q'", "n.b")))),
    _tag(st.just("liquid\n"), st.lists(_LINE, max_size=3).map("\n".join)),
    _tag(st.just("# "), st.sampled_from(("note", "a\n# b", "a\nb", "'}}'"))),
    _tag(st.sampled_from(_TAG_NAMES), st.just(" "), st.one_of(st.just(""), _FILTERED)),
    _block((st.just("if "), _FILTERED), _BRANCHES, "endif"),
    _block((st.just("if "), _FILTERED), _BRANCHES, "endif"),
    _block((st.just("unless "), _FILTERED), _BRANCHES, "endunless"),
    _block((st.just("capture "), st.sampled_from(("x", "x", "'x'", "a", '"y z', ""))), _DEFERRED_BODY, "endcapture"),
    _block((st.just("comment"),), _DEFERRED_BODY, "endcomment"),
    _block((st.just("raw"),), _DEFERRED_BODY, "endraw"),
    _block((st.just("block "), st.sampled_from(("", "b"))), _DEFERRED_BODY, "endblock"),
)
_PART: Final = _weighted((3, _OUTPUT), (1, _TEXT), (2, _TAG))
_BODY: Final[SearchStrategy[str]] = st.lists(_PART, max_size=2).map("".join)
#: One value through one filter, which most templates that people write are.
_PLAIN: Final = _joined(
    st.just("{{ "),
    _weighted((3, st.sampled_from(("a", "list", "text", "n", "o.b", "b"))), (1, _VALUE)),
    _FILTER,
    st.just(" }}"),
)
_COMPOSED: Final = st.builds(
    lambda first, rest: first + "".join(rest), _weighted((3, _OUTPUT), (2, _TAG)), st.lists(_PART, max_size=2)
)
_WHOLE: Final = _weighted((1, _PLAIN), (4, _COMPOSED))
_SCALAR: Final[SearchStrategy[Any]] = st.one_of(
    st.none(),
    st.booleans(),
    st.sampled_from((0, 1, -1, 2.5, 1e21, 1e-7, 9007199254740993, -0.0, 12)),
    st.sampled_from(("", " ", "gold", "a b", " a  b ", "é😀!", "1", "2024-03-01T10:11:12Z", "<b>&amp;</b>", "a,b,,")),
    st.sampled_from(("%2B+%20", "YQ==", "Y-_!=x", "null", "true", "b", "\ud83d", "a\nb\r\n", "-3.75", "0x1F")),
)
_JSON: Final = st.recursive(
    _SCALAR,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(st.sampled_from((*_WORDS[:9], "b", "size", "empty", "0", "")), inner, max_size=3),
    ),
    max_leaves=5,
)
_EVENT: Final = st.fixed_dictionaries(
    {
        "a": _JSON,
        "list": st.lists(_JSON, max_size=3),
        "text": st.sampled_from(("gold", "é😀!", " a  b ", "")),
        "n": st.sampled_from((1, 0, 3, -2.5)),
        "o": st.dictionaries(st.sampled_from(("b", "size", "empty", "with", "nil")), _JSON, max_size=3),
    },
    optional={
        "b": _JSON,
        "on": st.booleans(),
        "none": st.none(),
        "size": _JSON,
        "empty": _JSON,
        "é": _JSON,
        "0": _JSON,
        "5": _JSON,
    },
)
