"""Text: lengths, encodings, look-alikes of digits, and what other programs would run."""

from __future__ import annotations

from tests.hostile.parts import FIGURE, GIVEN_UP, READ, READ_IN_PART, Made


def texts(scale: int) -> Made:
    budget = f"{READ_IN_PART} | {GIVEN_UP}" if scale > 1 else READ
    shapes = {
        "one-line": "县" * (100_000 * scale),
        "one-letter-lines": "7\n" * (10_000 * scale),
        "digits": "7" * (500_000 * scale),
        "blanks": "县" + " " * (50_000 * scale) + "1",
        "amounts": "支出5.2万元，" * (3_000 * scale),
        "shares": "占总支出的3%，" * (1_000 * scale),
        "respectively": "分别为" + "1元、" * (5_000 * scale) + "。",
        "brackets": "（《“" * (30_000 * scale),
        "contents": "目录\n" + "".join(f"第{i}章……{i}\n" for i in range(1_000 * scale)),
        "rows": "项目\t1\t2\n" * (2_000 * scale),
        "one-row": "1\t" * (10_000 * scale),
        "sums": "1+2=3×" * (2_000 * scale),
    }
    for name, text in shapes.items():
        yield f"t01-{name}.txt", f"{FIGURE}\n{text}".encode(), budget


def encodings() -> Made:
    text = FIGURE * 20
    half = text.encode() + text.encode("gbk")
    surrogates = "支出\ud83d\ude0012.5万元。".encode("utf-8", "surrogatepass") * 9
    made = {
        "nul": text.replace("支", "\0支").encode(),
        "controls": text.replace("支", "\x85\x9b支").encode(),
        "half-gbk": half,
        "gb18030-unassigned": text.encode("gb18030") + b"\x84\x31\xa4\x37" * 9,
        "surrogates": surrogates,
        "utf-16-bare": text.encode("utf-16-le"),
        "utf-32": text.encode("utf-32"),
        "big5": "青禾縣支出12.5萬元，執行率為百分之九十，預算的執行。".encode("big5") * 9,
        "hz": b"~{VPND~}12.5",
        "false-charset": b'<meta charset="big5">\n' + text.encode(),
    }
    for name, data in made.items():
        yield f"t02-{name}.txt", data, "ok | unsupported(binary) | unsupported(html)"


def look_alikes() -> Made:
    numbers = {
        "zero-width": "12\u200b.\u200d5\ufeff",
        "soft-hyphen": "1\xad2.5",
        "turned": "\u202e12.5\u202c",
        "full-width": "１２．５",
        "circled": "①②",
        "arabic": "١٢",
        "radicals": "\u2f2012.5",
        "nbsp": "12.5\xa0\u3000",
        "infinite": "9" * 400,
        "exponent": "1e999",
    }
    for name, number in numbers.items():
        yield f"t03-{name}.txt", f"青禾县2022年支出{number}万元。".encode(), READ


def payloads() -> Made:
    payloads = (
        '=cmd|"/c calc"!A0', "@SUM(1+1)", "+1", "-1+1", "\t=1", "<script>alert(1)</script>",
        '"><img src=x onerror=alert(1)>', "javascript:alert(1)", "</template>", "{{7*7}}", "]]>",
        "\x1b[31m红", "标题\u2028第二行", "${jndi:ldap://x}", "'; DROP TABLE facts; --",
    )  # fmt: skip
    for number, payload in enumerate(payloads):
        yield f"t04-payload-{number:02}.txt", f"{payload}\n{payload}支出12.5万元。\n".encode(), READ
