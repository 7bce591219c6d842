"""How long does `gaussian` take, at worst? Random expressions from the whole catalogue, chosen to hurt.

    python3 benches/effort/run.py [count] [seed] [--digits] [--mpmath]

prints the ten slowest of `count` expressions at 15 digits (processor seconds of the release binary, start included), and
every one that took more than LIMIT or ended otherwise than by an answer or a refusal. With --digits each answer is compared
with the one at 30 digits; with --mpmath the mean is compared with a quadrature of mpmath, when that agrees with itself.
"""

import decimal
import json
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor

BINARY = os.environ.get("RESOLVENT", os.path.join(os.path.dirname(__file__), "..", "..", "target", "release", "resolvent"))
LIMIT = 1.0
PATIENCE = 20.0

PRIMITIVES = ("exp log sqrt abs sign step sin cos tan atan asin acos sinh cosh tanh erf erfc Phi sigmoid softplus "
              "relu elu selu gelu silu mish softsign hard_tanh relu6 gauss_pdf").split()
TAME = "abs sign step sin cos atan tanh erf erfc Phi sigmoid softplus relu elu gelu silu mish softsign hard_tanh gauss_pdf".split()
SCALES = ["1e-6", "1e-3", "0.1", "0.5", "1", "1", "1", "2", "3", "10", "20", "100", "1000", "1e6", "-1", "-2", "pi", "1/3"]
SHIFTS = ["0.5", "1", "-1", "3", "-7", "20", "40", "-40", "sqrt(2)", "1e-6", "1e-12"]
FIXED = """tanh(sin(100*x)) | 1/(2+sin(50*x)) | relu(sin(30*x))*tanh(x) | max(max(sin(3*x),cos(5*x)),tanh(x)) | exp(sin(exp(x)))
sin(exp(x)) | abs(sin(200*x)) | abs(sin(100*x)) | sign(sin(20*x)) | tanh(exp(x)) | erf(x^3) | x^50*exp(-x^2) | 1/(1+x^2)^20
x^200 | x^100*tanh(x) | tanh(x)^200 | 1e300*tanh(x) | 1e-300*tanh(x) | tanh(1e300*x) | 1/(x^2+1e-12) | log(x^2+1e-20)
1/(1e-300+x^2) | sqrt(x^2+1e-10) | log(1+1e-8*x) | max(max(max(sin(x),cos(x)),sin(2*x)),cos(3*x)) | gelu(gelu(gelu(gelu(x))))
mish(mish(mish(x))) | softplus(softplus(softplus(softplus(x)))) | sin(sin(sin(sin(10*x)))) | cos(x^3) | sin(x^5) | exp(-x^20)
exp(-exp(x)) | exp(-exp(exp(x))) | tanh(sinh(x)) | tanh(sinh(sinh(x))) | atan(exp(x^2)) | sigmoid(100*(x-10)) | exp(-1e6*(x-1)^2)
exp(-1e12*(x-1)^2) | gauss_pdf(1000*(x-3)) | tanh(1000*x) | tanh(1e6*(x-1)) | erf(1e4*x)*sin(x) | sqrt(abs(sin(10*x)))
log(abs(sin(3*x))) | abs(x)^0.1 | abs(x)^(-0.9) | abs(x)^pi | 1/(x-40) | 1/(x-60) | sqrt(60-x) | max(x,tanh(2*x)) | max(x^3-x,sin(x))
sign(x^3-3*x+1)*exp(x) | abs(abs(abs(abs(x)-1)-1)-1) | max(sin(10*x),sin(11*x)) | min(max(sin(20*x),0),0.5) | step(cos(40*x))*x^3
sin(100*x)*cos(101*x)*tanh(x) | exp(sin(30*x)) | sin(1000*x)*tanh(x) | sin(1e6*x)*tanh(x) | tanh(sin(1000*x)) | cos(exp(x^2))
sin(1/x) | x*sin(1/x) | exp(-1/x^2) | atan(1/x) | tanh(1/x) | asin(sin(x)) | acos(cos(x)) | asin(tanh(x)) | log(cosh(x)) | log(cosh(50*x))
sqrt(1+x^2) | (1+x^2)^(1/3) | 1/(1+exp(-x^3)) | x^x | exp(x^2/2) | exp(x^2/4) | exp(0.49*x^2) | exp(0.4999*x^2)*tanh(x) | sinh(sinh(x/2))
tan(x) | tan(tanh(x)) | tan(0.01*x) | 1/sin(x) | 1/(1.0001+sin(x)) | 1/(1.0000001+cos(7*x)) | sin(x)/x | (exp(x)-1)/x | erf(x)/x
relu(x)^20 | elu(elu(elu(x))) | softsign(softsign(x)) | hard_tanh(5*sin(x)) | relu6(10*sin(3*x)) | clip(tan(tanh(x)),-1,1)
if sin(5*x) > 0.3 then exp(x) else tanh(x) | if x > 40 then exp(x^2) else x | max(x-39.9, tanh(x)) | 1e10*max(x-9, 0)*tanh(x)"""


def scaled(rng):
    scale, shift = rng.choice(SCALES), rng.choice(SHIFTS)
    inner = "x" if scale == "1" else f"{scale}*x"
    return f"({inner}+{shift})" if rng.random() < 0.25 else inner


def expression(rng, depth):
    if depth == 0:
        return rng.choice([scaled(rng)] * 6 + ["x^2", "x^3", "x", f"x^{rng.choice([4, 7, 20, 50])}", "1e-3", "2", "1e3"])
    kind = rng.random()
    if kind < 0.55:
        name = rng.choice(TAME if rng.random() < 0.75 else PRIMITIVES)
        return f"{name}({expression(rng, depth - 1)})"
    if kind < 0.63:
        return f"{rng.choice(['max', 'min'])}({expression(rng, depth - 1)}, {expression(rng, depth - 1)})"
    if kind < 0.68:
        return f"({expression(rng, depth - 1)})^{rng.choice(['2', '3', '5', '-1', '-2', '0.5', '20', '1.5'])}"
    if kind < 0.72:
        return f"{rng.choice(['sin', 'cos'])}({rng.choice(['5', '20', '100'])}*{expression(rng, depth - 1)})"
    if kind < 0.76:
        test, a, b = (expression(rng, rng.randrange(depth)) for _ in range(3))
        return f"(if {test} > {rng.choice(['0', '0.3', '1'])} then {a} else {b})"
    return f"({expression(rng, depth - 1)}){rng.choice('++--***/')}({expression(rng, rng.randrange(depth))})"


def deep(rng):
    """A nest of many layers: of functions alone, or with products, powers and choices between them."""
    layers = ["tanh(F)", "sin(F)", "abs(F)", "atan(F)", "erf(F)", "softplus(F)", "relu(F)", "gelu(F)", "cos(F)", "sigmoid(F)"]
    if rng.random() < 0.6:
        layers = layers + ["(F)^2", "x*(F)", "(F)*x^2", "(F + x^2)", "max(F, x)", "sqrt(1 + (F)^2)", "1/(2 + (F)^2)", "sin(3*(F))",
                           "(if F > 0.3 then x else F)"]
    text = scaled(rng)
    for _ in range(rng.choice([10, 25, 50])):
        longer = rng.choice(layers).replace("F", text)
        text = longer if len(longer) < 3000 else f"tanh({text})"
    return text


def divided(rng):
    """A quotient by something that oscillates or nearly vanishes."""
    wave = f"{rng.choice(['sin', 'cos', 'tan'])}({rng.choice(['3', '20', '60', '200'])}*{rng.choice(['x', 'x', '3*x', 'tanh(x)', 'x^2'])})"
    below = rng.choice(["W", "W", "tanh(W)", "(W)^2", "sqrt(abs(W))", "(1.01 + W)", "(W + x)", "abs(W)"]).replace("W", wave)
    return f"({expression(rng, rng.choice([1, 2]))}){rng.choice('+-*')}({expression(rng, 1)})/{below}"


def steep(rng):
    """Affine arguments of a large slope in functions of functions."""
    inner = f"({rng.choice(['1e3', '1e4', '1e6'])}*x{rng.choice(['', '+1e-6', '-1e3', '+20'])})"
    middle = f"{rng.choice(TAME + ['sinh', 'exp', 'sqrt', 'log'])}({inner})"
    return f"{rng.choice(TAME)}({rng.choice(['', '5*', '1e-3*', 'x*'])}{middle}){rng.choice(['', '*x', '*sin(20*x)', '+tanh(x)'])}"


def long(rng):
    """Sums, products and towers of many similar parts."""
    count, name = rng.choice([10, 30, 100]), rng.choice(["tanh", "sin", "cos", "relu", "abs", "erf", "gelu", "exp"])
    part = rng.choice([f"{name}(K*x)", f"{name}(x-K/10)", f"{name}(sin(x)-K/101)", "1/(x^2+K)", "(x-K)", "sqrt(abs(x-K/7))", "cos(x+K)"])
    parts = [part.replace("K", str(k)) for k in range(1, count + 1)]
    kind = rng.random()
    if kind < 0.7:
        return f"{rng.choice(['', 'tanh', 'abs', '1/'])}({rng.choice('++*').join(parts)})"
    return f"{rng.choice(['max', 'min'])}({', '.join(parts[:40])})"


def powered(rng):
    """High powers times exponentials, waves and pieces: the closed class where its exact numbers are long."""
    number = lambda: rng.choice(["1", "2", "1/3", "1/7", "pi", "sqrt(2)", "5", "1/5", "0.123456789"])
    power = lambda: rng.choice([20, 50, 100, 150, 195])
    factors = [rng.choice([f"x^{power()}", f"({number()}+{number()}*x)^{power()}"])]
    for _ in range(rng.choice([1, 2, 3])):
        inner = f"({number()}*x+{number()})" if rng.random() < 0.7 else f"{number()}*x"
        factors.append(rng.choice(["exp(F)", "cos(F)", "sin(F)", "elu(F)", "selu(F)", "relu(F)", "Phi(F)", "gauss_pdf(F)", "abs(F)", "(cos(F)+x)^3"])
                       .replace("F", inner))
    return "*".join(factors)


def expressions(count, seed):
    fixed = [part.strip() for line in FIXED.splitlines() for part in line.split("|")]
    rng = random.Random(seed)
    while len(fixed) < count:
        kind = rng.random()
        special = next((make for below, make in [(0.04, deep), (0.08, divided), (0.11, steep), (0.14, long), (0.17, powered)] if kind < below), None)
        fixed.append(special(rng) if special else expression(rng, rng.choice([1, 2, 2, 3, 3, 4])))
    return fixed[:count]


def run(text, digits, query="gaussian"):
    """(answer record or None, error kind or None, processor seconds)."""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        process = subprocess.Popen([BINARY, "--json", "--digits", str(digits), "-e", f"{query}({text})"], stdout=out, stderr=err)
        started = time.monotonic()
        while True:
            done, status, usage = os.wait4(process.pid, os.WNOHANG)
            if done:
                break
            if time.monotonic() - started > PATIENCE:
                process.kill()
                _, status, usage = os.wait4(process.pid, 0)
                break
            time.sleep(0.005)
        process.returncode = status
        out.seek(0), err.seek(0)
        seconds = usage.ru_utime + usage.ru_stime
        lines = [json.loads(line, parse_float=str, parse_int=str) for line in out.read().decode().splitlines() if line.startswith("{")]
        answer = next((line for line in lines if line.get("type") == "gaussian"), None)
        kind = "killed" if os.WIFSIGNALED(status) else {0: None, 1: "refused", 2: "effort"}.get(os.WEXITSTATUS(status), "crashed")
        if answer is None and kind is None:
            kind = "silent"
        return answer, kind, seconds, lines, err.read().decode()


NUMBERS = "mean second_moment variance slope curvature derivative_energy theta2".split()
decimal.getcontext().prec = 60


def differ(few, many):
    """Whether a printed number is more than a unit of its last place from a more precise one."""
    if few == many or few is None or many is None:
        return False
    try:
        few, many = decimal.Decimal(few), decimal.Decimal(many)
    except decimal.InvalidOperation:
        return True
    if not (few.is_finite() and many.is_finite()):
        return few != many
    place = few.as_tuple().exponent if few else few.adjusted()
    return abs(few - many) > decimal.Decimal(f"1e{max(place, few.adjusted() - 14) if few else place}")


def compare_digits(text, answer):
    more, kind, _, _, _ = run(text, 30)
    if more is None:
        print(f"30 digits: {kind}: {text}", flush=True)
        return
    for name in NUMBERS:
        few, many = answer["value"][name], more["value"][name]
        if differ(few, many):
            print(f"WRONG DIGITS {name} of {text}: {few}, {many}", flush=True)
    if len(answer["value"]["kinks"]) != len(more["value"]["kinks"]):
        print(f"KINKS of {text}: {len(answer['value']['kinks'])}, {len(more['value']['kinks'])}", flush=True)


def compare_mpmath(text, answer):
    """The mean and second moment by Gauss-Legendre of mpmath between the kinks, twice, the finer with pieces halved."""
    import mpmath
    try:
        f = witness(text, mpmath)
    except SyntaxError:  # a choice inside another
        return
    kinks = sorted({float(value) for value in answer["value"]["kinks"]})
    cuts = [value for value in kinks if abs(value) < 14]
    found = []
    for width in (0.5, 0.23):
        ends = sorted({-60.0, -30.0, -20.0, -14.0, 14.0, 20.0, 30.0, 60.0, 0.0, *cuts, *(width * k for k in range(-int(14 / width), int(14 / width) + 1))})
        try:
            found.append(mpmath.quad(lambda x: mpmath.mpmathify(f(x)) * mpmath.npdf(x), ends, maxdegree=5))
        except Exception as error:  # an overflow, a pole: no witness
            print(f"no witness for {text}: {error!r}"[:150], flush=True)
            return
    value = mpmath.mpf(answer["value"]["mean"])
    unsure = abs(found[0] - found[1]) + mpmath.mpf(10) ** -13 * (1 + abs(value))
    if abs(value - found[1]) > 10 * unsure and unsure < 1e-6 * (1 + abs(value)):
        print(f"WITNESS mean of {text}: {value}, mpmath {found}", flush=True)


def witness(text, mpmath):
    mpmath.mp.dps = 17
    one = mpmath.mpf(1)
    relu = lambda x: max(x, 0 * one)
    names = {name: getattr(mpmath, name) for name in "exp log sqrt sign sin cos tan atan asin acos sinh cosh tanh erf erfc pi".split()}
    selu_scale, selu_alpha = mpmath.mpf("1.0507009873554805"), mpmath.mpf("1.6732632423543773")
    names.update(
        abs=abs, max=max, min=min, step=lambda x: one if x > 0 else 0 * one, Phi=mpmath.ncdf, relu=relu,
        sigmoid=lambda x: 1 / (1 + mpmath.exp(-x)), softplus=lambda x: mpmath.log1p(mpmath.exp(-abs(x))) + relu(x),
        elu=lambda x: x if x > 0 else mpmath.expm1(x), gelu=lambda x: x * mpmath.ncdf(x), silu=lambda x: x / (1 + mpmath.exp(-x)),
        selu=lambda x: selu_scale * (x if x > 0 else selu_alpha * mpmath.expm1(x)),
        mish=lambda x: x * mpmath.tanh(mpmath.log1p(mpmath.exp(-abs(x))) + relu(x)), softsign=lambda x: x / (1 + abs(x)),
        hard_tanh=lambda x: max(-one, min(one, x)), relu6=lambda x: min(relu(x), 6 * one), gauss_pdf=mpmath.npdf,
        clip=lambda x, a, b: max(a, min(b, x)), N=mpmath.mpf)
    import re
    code = re.sub(r"(?<![\w.])(\d+\.?\d*(?:e[+-]?\d+)?)", r"N('\1')", text).replace("^", "**")
    code = re.sub(r"\bif (.*?) then (.*?) else ", r"(\2) if \1 else ", code)
    code = compile(code, "expression", "eval")
    return lambda x: eval(code, {"__builtins__": {}}, {**names, "x": x})


def main():
    words = [word for word in sys.argv[1:] if not word.startswith("--")]
    count, seed = int(words[0]) if words else 300, int(words[1]) if len(words) > 1 else 1
    texts = expressions(count, seed)
    kinds, times = {}, []
    for text in texts:
        answer, kind, seconds, lines, err = run(text, 15)
        kinds[kind or "answered"] = kinds.get(kind or "answered", 0) + 1
        times.append((seconds, kind or "answered", text))
        if seconds > LIMIT or kind in ("killed", "crashed", "silent"):
            print(f"{seconds:6.2f} s  {kind or 'answered':9} {text}", flush=True)
        if answer and "--digits" in sys.argv:
            compare_digits(text, answer)
        if answer and "--mpmath" in sys.argv:
            compare_mpmath(text, answer)
    print(kinds)
    times.sort(reverse=True)
    total = sum(seconds for seconds, _, _ in times)
    print(f"{count} expressions in {total:.0f} s of processor time; the slowest:")
    for seconds, kind, text in times[:10]:
        print(f"{seconds:6.2f} s  {kind:9} {text}")


if __name__ == "__main__":
    main()
