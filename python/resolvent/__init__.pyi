# Made by `python -m resolvent._stubs`: a query of the language has one row here, as it has one in the program.
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Executor
from decimal import Decimal
from fractions import Fraction
from typing import Any, Optional, TypeAlias, Union, overload

import numpy
from numpy.typing import NDArray

Real: TypeAlias = Union[int, float, Fraction, Decimal, str, "Number", "Expression"]
Function: TypeAlias = Union[str, "Expression", Real]
Array: TypeAlias = NDArray[numpy.float64]

__version__: str

class Error(Exception):
    message: str
    kind: str
    help: Optional[str]
    span: Optional[tuple[int, int]]
    statement: str

class StatementError(Error, ValueError): ...
class DomainError(Error, ArithmeticError): ...
class EffortError(Error, RuntimeError): ...
class FileError(Error, OSError): ...
class SimulationError(Error, RuntimeError): ...

class Warning(UserWarning):
    name: str

class Expression:
    def __add__(self, other: Real) -> Expression: ...
    def __radd__(self, other: Real) -> Expression: ...
    def __sub__(self, other: Real) -> Expression: ...
    def __rsub__(self, other: Real) -> Expression: ...
    def __mul__(self, other: Real) -> Expression: ...
    def __rmul__(self, other: Real) -> Expression: ...
    def __truediv__(self, other: Real) -> Expression: ...
    def __rtruediv__(self, other: Real) -> Expression: ...
    def __pow__(self, other: Real) -> Expression: ...
    def __rpow__(self, other: Real) -> Expression: ...
    def __neg__(self) -> Expression: ...
    def __pos__(self) -> Expression: ...
    def __abs__(self) -> Expression: ...
    def __lt__(self, other: Real) -> Expression: ...
    def __le__(self, other: Real) -> Expression: ...
    def __gt__(self, other: Real) -> Expression: ...
    def __ge__(self, other: Real) -> Expression: ...
    def __eq__(self, other: object) -> Any: ...
    def __call__(self, value: Real) -> Expression: ...
    def __getitem__(self, index: Union[int, str]) -> Any: ...
    def __getattr__(self, name: str) -> Any: ...

class Number:
    text: str
    exact: Optional[str]
    fraction: Optional[Fraction]
    decimal: Decimal
    error: float
    certified: bool
    statement: Optional[str]
    json: str
    def mpmath(self) -> Any: ...
    def __float__(self) -> float: ...
    def __int__(self) -> int: ...
    def __index__(self) -> int: ...
    def __complex__(self) -> complex: ...
    def __lt__(self, other: Union[float, Number]) -> bool: ...
    def __le__(self, other: Union[float, Number]) -> bool: ...
    def __gt__(self, other: Union[float, Number]) -> bool: ...
    def __ge__(self, other: Union[float, Number]) -> bool: ...
    def __add__(self, other: Union[float, Number]) -> float: ...
    def __radd__(self, other: Union[float, Number]) -> float: ...
    def __sub__(self, other: Union[float, Number]) -> float: ...
    def __rsub__(self, other: Union[float, Number]) -> float: ...
    def __mul__(self, other: Union[float, Number]) -> float: ...
    def __rmul__(self, other: Union[float, Number]) -> float: ...
    def __truediv__(self, other: Union[float, Number]) -> float: ...
    def __rtruediv__(self, other: Union[float, Number]) -> float: ...
    def __pow__(self, other: Union[float, Number]) -> float: ...
    def __rpow__(self, other: Union[float, Number]) -> float: ...
    def __neg__(self) -> float: ...
    def __abs__(self) -> float: ...

class Measured:
    mean: float
    se: float
    def __float__(self) -> float: ...

class Complex:
    real: Number
    imag: Number
    def __complex__(self) -> complex: ...

class Formula:
    text: str
    latex: str

class Figure:
    svg: str
    data: dict[str, Any]
    def save(self, path: str) -> None: ...
    def matplotlib(self, ax: Any = None, panel: int = 0) -> Any: ...

class Session:
    def __init__(self, digits: int = 15, seed: int = 0, threads: Optional[int] = None, out: Optional[str] = None) -> None: ...
    def run(self, text: str, progress: Any = None) -> Any: ...
    def statements(self, text: str, origin: str = "statement", progress: Any = None) -> list[dict[str, Any]]: ...

class points:
    def __init__(self, low: Real, high: Real, count: Optional[int] = None, step: Optional[Real] = None, log: bool = False) -> None: ...

x: Expression
pi: Expression
e: Expression
i: Expression
inf: Expression

def evaluate(text: str, *, digits: int = 15, seed: int = 0, threads: Optional[int] = None, progress: Any = None) -> Any: ...
def where(condition: Expression, then: Real, otherwise: Real) -> Expression: ...
def piecewise(*arms: Any) -> Expression: ...
def He(k: int, argument: Real = ...) -> Expression: ...
def maximum(*arguments: Real) -> Expression: ...
def minimum(*arguments: Real) -> Expression: ...
def function(text: str) -> Expression: ...
def explain(topic: str = "help") -> str: ...
def sweep(
    asked: Union[str, Expression, Callable[..., Any]],
    grid: Optional[Mapping[str, Any]] = None,
    *,
    file: Optional[str] = None,
    restart: bool = False,
    executor: Optional[Executor] = None,
    digits: int = 15,
    seed: int = 0,
    threads: Optional[int] = None,
    progress: Any = None,
    **names: Any,
) -> List: ...
def find(asked: Any, *, digits: int = 15, threads: Optional[int] = None, progress: Any = None, **names: Any) -> List: ...
def minimize(asked: Any, *, digits: int = 15, threads: Optional[int] = None, progress: Any = None, **names: Any) -> Record: ...
def maximize(asked: Any, *, digits: int = 15, threads: Optional[int] = None, progress: Any = None, **names: Any) -> Record: ...

class Record(Mapping[str, Any]):
    json: str
    statement: Optional[str]
    def __getitem__(self, name: str) -> Any: ...
    def __iter__(self) -> Iterator[str]: ...
    def __len__(self) -> int: ...
    def __getattr__(self, name: str) -> Any: ...
    def to_dict(self) -> dict[str, Any]: ...
    def all(self, *, digits: int = 15, threads: Optional[int] = None, progress: Any = None) -> Any:
        """The value with its exact forms in full, however long they are, and at the prompt with all of its lines."""
    def plot(self, file: Any = ..., labels: Any = ..., log: Any = ..., title: Any = ..., xlabel: Any = ..., ylabel: Any = ..., x: Any = ..., y: Any = ..., over: Any = ..., bins: Any = ..., caption: Any = ..., theme: Any = ..., size: Any = ..., font: Any = ..., *, digits: int = 15, threads: Optional[int] = None, progress: Any = None) -> Figure:
        """The picture; beside a file name.svg also the data, name.json."""
    def save(self, file: Any, *, digits: int = 15, threads: Optional[int] = None, progress: Any = None) -> Any:
        """Writes the numbers of a value, with all their digits, to a file."""
    def latex(self, *, digits: int = 15, threads: Optional[int] = None, progress: Any = None) -> str:
        """The value in LaTeX, exact forms first."""
    def cite(self, *, digits: int = 15, threads: Optional[int] = None, progress: Any = None) -> Record:
        """What a value rests on: the statements behind it, with status and hypotheses, and BibTeX of the papers."""

class List(list[Any]):
    json: str
    statement: Optional[str]
    def __getitem__(self, index: Any) -> Any: ...
    def all(self, *, digits: int = 15, threads: Optional[int] = None, progress: Any = None) -> Any:
        """The value with its exact forms in full, however long they are, and at the prompt with all of its lines."""
    def plot(self, file: Any = ..., labels: Any = ..., log: Any = ..., title: Any = ..., xlabel: Any = ..., ylabel: Any = ..., x: Any = ..., y: Any = ..., over: Any = ..., bins: Any = ..., caption: Any = ..., theme: Any = ..., size: Any = ..., font: Any = ..., *, digits: int = 15, threads: Optional[int] = None, progress: Any = None) -> Figure:
        """The picture; beside a file name.svg also the data, name.json."""
    def save(self, file: Any, *, digits: int = 15, threads: Optional[int] = None, progress: Any = None) -> Any:
        """Writes the numbers of a value, with all their digits, to a file."""
    def latex(self, *, digits: int = 15, threads: Optional[int] = None, progress: Any = None) -> str:
        """The value in LaTeX, exact forms first."""
    def cite(self, *, digits: int = 15, threads: Optional[int] = None, progress: Any = None) -> Record:
        """What a value rests on: the statements behind it, with status and hypotheses, and BibTeX of the papers."""

class Model:
    json: str
    statement: Optional[str]
    def __getattr__(self, name: str) -> Any: ...
    def to_dict(self) -> dict[str, Any]: ...
    def law(self) -> Any: ...
    def sample(self, n: int, seed: int = 0) -> Array: ...
    def errors(self, degree: Any = ..., alpha: Any = ..., eta: Any = ..., n: Any = ..., scale: Any = ..., order: Any = ..., strength: Any = ..., *, digits: int = 15, threads: Optional[int] = None, progress: Any = None) -> Record:
        """Training and test errors of ridge regression, of one_step before and after the step."""
    def optimal_ridge(self, *, digits: int = 15, threads: Optional[int] = None, progress: Any = None) -> Record:
        """The ridge of the least test error among all, from the stationary points of a rational function."""
    def alignment(self, *, digits: int = 15, threads: Optional[int] = None, progress: Any = None) -> Record:
        """The correlation of V^T V and V^T K V as training begins, V = W - W_0, and the regime that decides it."""
    def spectrum(self, *, digits: int = 15, threads: Optional[int] = None, progress: Any = None) -> Record:
        """The limiting law of the eigenvalues: atom, edges, masses, moments."""
    def edges(self, *, digits: int = 15, threads: Optional[int] = None, progress: Any = None) -> List:
        """The ends of the bulks, from the lowest; 0 where an edge is hard."""
    def atom(self, *, digits: int = 15, threads: Optional[int] = None, progress: Any = None) -> Number:
        """The mass at 0."""
    def moments(self, count: Any = ..., *, digits: int = 15, threads: Optional[int] = None, progress: Any = None) -> List:
        """E lambda, E lambda^2, …, the atom included."""
    @overload
    def density(self, x: Array) -> Array: ...
    @overload
    def density(self, x: Any, *, digits: int = 15, threads: Optional[int] = None, progress: Any = None) -> Any:
        """The density of the continuous part of the law."""
    @overload
    def cdf(self, x: Array) -> Array: ...
    @overload
    def cdf(self, x: Any, *, digits: int = 15, threads: Optional[int] = None, progress: Any = None) -> Any:
        """The mass of the law up to x, the atom included."""
    @overload
    def quantile(self, p: Array) -> Array: ...
    @overload
    def quantile(self, p: Any, *, digits: int = 15, threads: Optional[int] = None, progress: Any = None) -> Any:
        """The least x whose cdf reaches p."""
    @overload
    def stieltjes(self, z: NDArray[numpy.complex128]) -> NDArray[numpy.complex128]: ...
    @overload
    def stieltjes(self, z: Any, *, digits: int = 15, threads: Optional[int] = None, progress: Any = None) -> Any:
        """The Stieltjes transform E 1/(lambda - z)."""
    def branches(self, z: Any, *, digits: int = 15, threads: Optional[int] = None, progress: Any = None) -> List:
        """Every root of the equation at z, the signs it has and fails, and which one is the transform."""
    def spikes(self, alpha: Any = ..., eta: Any = ..., n: Any = ..., scale: Any = ..., order: Any = ..., *, digits: int = 15, threads: Optional[int] = None, progress: Any = None) -> List:
        """The candidates for eigenvalues outside the bulk: what makes each, whether it survives, and where it is."""
    def equation(self, *, digits: int = 15, threads: Optional[int] = None, progress: Any = None) -> Record:
        """The polynomial equation P(z, m) = 0 of the law, and the curve it comes from; of a kernel of several layers, or over a population, the curve."""
    def isospectrality(self, *, digits: int = 15, threads: Optional[int] = None, progress: Any = None) -> Record:
        """Can the law persist from layer to layer: only if both obstructions vanish in every layer."""
    def check(self, n: Any = ..., trials: Any = ..., seed: Any = ..., activation: Any = ..., entries: Any = ..., norms: Any = ..., eta: Any = ..., update: Any = ..., order: Any = ..., strength: Any = ..., *, digits: int = 15, threads: Optional[int] = None, progress: Any = None, executor: Optional[Executor] = None) -> Record:
        """Simulates the model and says for every predicted quantity whether the theory agrees."""
    def cycle_cumulants(self, n: Any = ..., trials: Any = ..., seed: Any = ..., entries: Any = ..., *, digits: int = 15, threads: Optional[int] = None, progress: Any = None) -> List:
        """Simulated averages of Y along cycles, E[Y11 Y21 Y22 Y12] and longer, beside theta2^k n0^(1-k)."""
    def all(self, *, digits: int = 15, threads: Optional[int] = None, progress: Any = None) -> Any:
        """The value with its exact forms in full, however long they are, and at the prompt with all of its lines."""
    def plot(self, file: Any = ..., labels: Any = ..., log: Any = ..., title: Any = ..., xlabel: Any = ..., ylabel: Any = ..., x: Any = ..., y: Any = ..., over: Any = ..., bins: Any = ..., caption: Any = ..., theme: Any = ..., size: Any = ..., font: Any = ..., *, digits: int = 15, threads: Optional[int] = None, progress: Any = None) -> Figure:
        """The picture; beside a file name.svg also the data, name.json."""
    def save(self, file: Any, *, digits: int = 15, threads: Optional[int] = None, progress: Any = None) -> Any:
        """Writes the numbers of a value, with all their digits, to a file."""
    def latex(self, *, digits: int = 15, threads: Optional[int] = None, progress: Any = None) -> str:
        """The value in LaTeX, exact forms first."""
    def cite(self, *, digits: int = 15, threads: Optional[int] = None, progress: Any = None) -> Record:
        """What a value rests on: the statements behind it, with status and hypotheses, and BibTeX of the papers."""

def exp(x: Real) -> Expression:
    """e^x"""
def log(x: Real) -> Expression:
    """natural logarithm, for positive arguments"""
def sqrt(x: Real) -> Expression:
    """square root, for arguments >= 0"""
def abs(x: Real) -> Expression:
    """absolute value"""
def sign(x: Real) -> Expression:
    """-1, 0 or 1"""
def step(x: Real) -> Expression:
    """1 for x > 0, else 0"""
def sin(x: Real) -> Expression:
    """sine"""
def cos(x: Real) -> Expression:
    """cosine"""
def tan(x: Real) -> Expression:
    """tangent"""
def atan(x: Real) -> Expression:
    """inverse tangent"""
def asin(x: Real) -> Expression:
    """inverse sine, on [-1, 1]"""
def acos(x: Real) -> Expression:
    """inverse cosine, on [-1, 1]"""
def sinh(x: Real) -> Expression:
    """hyperbolic sine"""
def cosh(x: Real) -> Expression:
    """hyperbolic cosine"""
def tanh(x: Real) -> Expression:
    """hyperbolic tangent"""
def erf(x: Real) -> Expression:
    """error function"""
def erfc(x: Real) -> Expression:
    """complementary error function 1 - erf(x)"""
def Phi(x: Real) -> Expression:
    """distribution function of N(0, 1)"""
def sigmoid(x: Real) -> Expression:
    """1/(1 + exp(-x))"""
def softplus(x: Real) -> Expression:
    """log(1 + exp(x))"""
def relu(x: Real) -> Expression:
    """relu(x) = max(x, 0)"""
def leaky_relu(x: Real, a: Real = ...) -> Expression:
    """leaky_relu(x, a) = if x > 0 then x else a*x"""
def elu(x: Real) -> Expression:
    """elu(x) = if x > 0 then x else exp(x) - 1"""
def selu(x: Real) -> Expression:
    """selu(x) = 1.0507009873554804934193349852946*(if x > 0 then x else 1.6732632423543772848170429916717*(exp(x) - 1))"""
def celu(x: Real) -> Expression:
    """celu(x) = if x > 0 then x else exp(x) - 1"""
def gelu(x: Real) -> Expression:
    """gelu(x) = x*Phi(x)"""
def gelu_tanh(x: Real) -> Expression:
    """gelu_tanh(x) = x/2*(1 + tanh(sqrt(2/pi)*(x + 0.044715*x^3)))"""
def silu(x: Real) -> Expression:
    """silu(x) = x*sigmoid(x)"""
def swish(x: Real) -> Expression:
    """swish(x) = x*sigmoid(x)"""
def mish(x: Real) -> Expression:
    """mish(x) = x*tanh(softplus(x))"""
def logsigmoid(x: Real) -> Expression:
    """logsigmoid(x) = -softplus(-x)"""
def softsign(x: Real) -> Expression:
    """softsign(x) = x/(1 + abs(x))"""
def hard_tanh(x: Real) -> Expression:
    """hard_tanh(x) = max(-1, min(1, x))"""
def relu6(x: Real) -> Expression:
    """relu6(x) = min(max(x, 0), 6)"""
def hardsigmoid(x: Real) -> Expression:
    """hardsigmoid(x) = relu6(x + 3)/6"""
def hardswish(x: Real) -> Expression:
    """hardswish(x) = x*relu6(x + 3)/6"""
def clip(x: Real, a: Real = ..., b: Real = ...) -> Expression:
    """clip(x, a, b) = max(a, min(b, x))"""
def gauss_pdf(x: Real) -> Expression:
    """gauss_pdf(x) = exp(-x^2/2)/sqrt(2*pi)"""
def ln(x: Real) -> Expression:
    """ln(x) = log(x)"""
def log1p(x: Real) -> Expression:
    """log1p(x) = log(1 + x)"""
def heaviside(x: Real) -> Expression:
    """heaviside(x) = step(x)"""
def sgn(x: Real) -> Expression:
    """sgn(x) = sign(x)"""
def gaussian(f: Function, sigma: Any = ..., *, digits: int = 15, threads: Optional[int] = None, progress: Any = None) -> Record:
    """The moments of f(sigma Z), Z ~ N(0, 1), with weak derivatives; refused beyond a counted bound of effort, a second or two at 15 digits.

    gaussian(f, sigma = 1)

    Parameters
    ----------
    f
        the activation
    sigma  (default 1)
        the standard deviation of its argument
    digits, threads, progress
        significant digits of the answer, simulation threads, whether progress is shown

    Returns
    -------
    a record: mean, second_moment, variance, slope, curvature, derivative_energy, theta1, theta2, parity, kinks (of f itself)

    In the query language
    ---------------------
    gaussian(relu(x))
    """
def hermite(f: Function, order: Any = ..., sigma: Any = ..., *, digits: int = 15, threads: Optional[int] = None, progress: Any = None) -> Record:
    """The Hermite coefficients of f(sigma Z).

    hermite(f, order = 12, sigma = 1)

    Parameters
    ----------
    f
        the activation
    order  (default 12)
        the last coefficient
    sigma  (default 1)
        the standard deviation of its argument
    digits, threads, progress
        significant digits of the answer, simulation threads, whether progress is shown

    Returns
    -------
    a record: c (E f He_k/k!), a (E f He_k/sqrt(k!)), second_moment, remainder, information_exponent

    In the query language
    ---------------------
    hermite(tanh(x), order = 5)
    """
def dual(f: Function, g: Any = ..., rho: Any = ..., *, digits: int = 15, threads: Optional[int] = None, progress: Any = None) -> Any:
    """E f(u) g(v) for standard normal u, v with correlation rho: dual(f, rho) or dual(f, g, rho).

    dual(f, [g], [rho])

    Parameters
    ----------
    f
        an activation
    g
        another activation; f itself when it is left out
    rho
        the correlation, from -1 to 1
    digits, threads, progress
        significant digits of the answer, simulation threads, whether progress is shown

    Returns
    -------
    a number

    In the query language
    ---------------------
    dual(relu(x), 1/2)
    """
def center(f: Function, *, digits: int = 15, threads: Optional[int] = None, progress: Any = None) -> Any:
    """F minus its mean under N(0, 1).

    center(f)

    Parameters
    ----------
    f
        the activation
    digits, threads, progress
        significant digits of the answer, simulation threads, whether progress is shown

    Returns
    -------
    an activation

    In the query language
    ---------------------
    center(relu(x))
    """
def normalize(f: Function, *, digits: int = 15, threads: Optional[int] = None, progress: Any = None) -> Any:
    """F with mean 0 and variance 1 under N(0, 1).

    normalize(f)

    Parameters
    ----------
    f
        the activation
    digits, threads, progress
        significant digits of the answer, simulation threads, whether progress is shown

    Returns
    -------
    an activation

    In the query language
    ---------------------
    normalize(relu(x))
    """
def diff(f: Function, *, digits: int = 15, threads: Optional[int] = None, progress: Any = None) -> Any:
    """The derivative of f almost everywhere; also f'.

    diff(f)

    Parameters
    ----------
    f
        the activation to differentiate
    digits, threads, progress
        significant digits of the answer, simulation threads, whether progress is shown

    Returns
    -------
    an activation

    In the query language
    ---------------------
    diff(tanh(x))
    """
def simplify(f: Function, *, digits: int = 15, threads: Optional[int] = None, progress: Any = None) -> Any:
    """F with neutral elements dropped and like terms gathered; a number where it is shown to be one.

    simplify(f)

    Parameters
    ----------
    f
        the activation to simplify
    digits, threads, progress
        significant digits of the answer, simulation threads, whether progress is shown

    Returns
    -------
    an activation

    In the query language
    ---------------------
    simplify(x + x - 0*tanh(x))
    """
def all(value: Any, *, digits: int = 15, threads: Optional[int] = None, progress: Any = None) -> Any:
    """The value with its exact forms in full, however long they are, and at the prompt with all of its lines.

    all(value)

    Parameters
    ----------
    value
        any value; all(last) shows the last one
    digits, threads, progress
        significant digits of the answer, simulation threads, whether progress is shown

    Returns
    -------
    the value itself

    In the query language
    ---------------------
    gaussian(He(40, x)).second_moment; all(last)
    """
def features(f: Function = ..., phi: Any = ..., psi: Any = ..., sigma_w: Any = ..., sigma_x: Any = ..., kurtosis_w: Any = ..., kurtosis_x: Any = ..., skewness_w: Any = ..., skewness_x: Any = ..., sigma_b: Any = ..., bias: Any = ..., theta1: Any = ..., theta2: Any = ..., sigma_w2: Any = ..., sigma_b2: Any = ..., n0: Any = ..., n1: Any = ..., m: Any = ..., *, digits: int = 15, threads: Optional[int] = None, progress: Any = None) -> Model:
    """The random-feature model: M = Y Y^T/m, Y = f(W X/sqrt(n0)), W n1 x n0 and X n0 x m.

    features([f], [phi], [psi], sigma_w = 1, sigma_x = 1, kurtosis_w = 3, kurtosis_x = 3, skewness_w = 0, skewness_x = 0, sigma_b = 0, bias = "row", [theta1], [theta2], [sigma_w2], [sigma_b2], [n0], [n1], [m])

    Parameters
    ----------
    f
        the activation, an expression in x
    phi
        n0/m: input dimension over number of samples
    psi
        n0/n1: input dimension over number of features
    sigma_w  (default 1)
        the standard deviation of the weights
    sigma_x  (default 1)
        the standard deviation of the inputs
    kurtosis_w  (default 3)
        fourth moment of the weights over their squared variance; it moves outliers only
    kurtosis_x  (default 3)
        that of the inputs
    skewness_w  (default 0)
        third moment of the weights over the cube of their standard deviation
    skewness_x  (default 0)
        that of the inputs
    sigma_b  (default 0)
        the standard deviation of the Gaussian bias added to the pre-activations
    bias  (default "row")
        "row": one number a neuron; "entry", "column"; "averaged": the equation without bias with averaged coefficients, for comparison
    theta1  (also eta)
        Var f(sigma Z), given in place of f
    theta2  (also zeta)
        (E Z f(sigma Z))^2, given in place of f
    sigma_w2
        the square of sigma_w, in its place
    sigma_b2
        the square of sigma_b, in its place
    n0
        the input dimension, on any scale, in place of phi and psi
    n1
        the number of features, on the same scale
    m
        the number of samples, on the same scale
    digits, threads, progress
        significant digits of the answer, simulation threads, whether progress is shown

    Returns
    -------
    a model; a symbolic one, for equation and moments, when none of f and sizes is given and some number is left out

    In the query language
    ---------------------
    features(tanh(x), phi = 1/2, psi = 3/4)
    """
def kernel(f: Function = ..., gamma: Any = ..., signal: Any = ..., separation: Any = ..., variance: Any = ..., overlap: Any = ..., columns: Any = ..., kurtosis_x: Any = ..., skewness_x: Any = ..., b2: Any = ..., a2_squared: Any = ..., population: Any = ..., data: Any = ..., top: Any = ..., normalize: Any = ..., sigma_b: Any = ..., sigma_b2: Any = ..., n: Any = ..., d: Any = ..., *, digits: int = 15, threads: Optional[int] = None, progress: Any = None) -> Model:
    """The conjugate kernel of L layers: K_l = X_l^T X_l (n x n), X_l = f(W_l X_(l-1))/sqrt(d_l), f with mean 0 and variance 1, or as typed and with a bias.

    kernel([f], [gamma], [signal], [separation], [variance], overlap = 0, columns = "unit", kurtosis_x = 3, skewness_x = 0, [b2], [a2_squared], [population], [data], top = 0, normalize = true, sigma_b = 0, [sigma_b2], [n], [d])

    Parameters
    ----------
    f
        the activation, an expression in x, which is normalised; a list gives each layer its own
    gamma
        [n/d0, n/d1, …, n/dL], n the number of samples, d0 the input dimension, d1 … dL the widths
    signal
        the strengths t >= -1 of spikes of the input, population eigenvalues 1 + t of its rows
    separation
        in place of signal: |M|^2 of mixtures x = ±M + N(0, I), t = gamma[0]*|M|^2
    variance
        in place of signal: tau of spiked covariances I + tau*u*u^T, t = gamma[0]*tau
    overlap  (default 0)
        the inner product of the one signal's vector with the all-ones direction
    columns  (default "unit")
        "unit": columns of input and layers have norm 1, "unit_inputs": those of the input, "raw": none
    kurtosis_x  (default 3)
        the kurtosis of the entries of the input, for raw columns
    skewness_x  (default 0)
        their skewness
    b2
        in place of f: (E f')^2 of the normalised activation of each layer, in [0, 1]
    a2_squared
        beside b2: (E f'')^2/2 of each layer, which makes uninformative spikes
    population
        the law of X_0^T X_0, mean 1: [[value, weight], …], eigenvalues, mp(ratio), powerlaw(a, lo, hi) or an earlier law spectrum(m); gamma is [n/d1, …] then and signal lists eigenvalues off it
    data
        in place of population: your input X_0, a matrix with a sample a column, scaled to mean square norm 1
    top  (default 0)
        how many of the largest eigenvalues of X_0^T X_0 are followed as signals
    normalize  (default true)
        false takes f as typed: its mean feeds the next layer as a bias
    sigma_b  (default 0)
        the standard deviation of the bias of every layer, with normalize = false
    sigma_b2
        its square, in its place
    n
        the number of samples, on any scale, in place of gamma
    d
        [d0, d1, …, dL] on the same scale
    digits, threads, progress
        significant digits of the answer, simulation threads, whether progress is shown

    Returns
    -------
    a model

    In the query language
    ---------------------
    kernel(tanh(x), gamma = [2/3, 1/2, 2/5], signal = [6])
    """
def covariance(population: Any, gamma: Any, spikes: Any = ..., *, digits: int = 15, threads: Optional[int] = None, progress: Any = None) -> Model:
    """The sample covariance of a spiked population: K = G^T G/N (n x n), the rows of G (N x n) with covariance Sigma.

    covariance(population, gamma, [spikes])

    Parameters
    ----------
    population
        [[value, weight], …], a list of eigenvalues with equal weights, mp(ratio), powerlaw(a, lo, hi), an earlier law spectrum(m), or eigenvalues(M) of data
    gamma
        n/N: dimension over number of rows
    spikes
        single eigenvalues of Sigma off the population
    digits, threads, progress
        significant digits of the answer, simulation threads, whether progress is shown

    Returns
    -------
    a model

    In the query language
    ---------------------
    covariance([[1, 1/2], [4, 1/2]], gamma = 1/10, spikes = [10, 2, 1/5])
    """
def trained(f: Function, teacher: Function, eta: Any, gamma: Any, d_over_n: Any, noise: Any = ..., *, digits: int = 15, threads: Optional[int] = None, progress: Any = None) -> Model:
    """A first layer after one gradient step: K = P^T P/m (N x N), P = f(X_test W_1), with the spike that the step makes.

    trained(f, teacher, eta, gamma, d_over_n, noise = 0)

    Parameters
    ----------
    f
        the activation of the student, an expression in x, which is normalised
    teacher
        the labels are teacher(beta.x) + noise; its mean is taken off
    eta
        the step of W_1 = W_0 - eta*sqrt(N)*gradient, at least 0
    gamma
        [N/d, N/m]: neurons over input dimension, and over test samples
    d_over_n
        input dimension over training samples
    noise  (default 0)
        the standard deviation of the label noise
    digits, threads, progress
        significant digits of the answer, simulation threads, whether progress is shown

    Returns
    -------
    a model

    In the query language
    ---------------------
    trained(tanh(x), normalize(tanh(x)), eta = 2, gamma = [5/4, 1/3], d_over_n = 1/3)
    """
def one_step(f: Function, teacher: Function, phi: Any = ..., psi: Any = ..., ridge: Any = ..., noise: Any = ..., residual: Any = ..., phi_gradient: Any = ..., intercept: Any = ..., n: Any = ..., d: Any = ..., N: Any = ..., *, digits: int = 15, threads: Optional[int] = None, progress: Any = None) -> Model:
    """One gradient step on the first layer, then ridge regression on fresh data: F = f(X W^T), W = W_0 + eta*G.

    one_step(f, teacher, [phi], [psi], ridge, noise = 0, residual = "labels", [phi_gradient], intercept = false, [n], [d], [N])

    Parameters
    ----------
    f
        the activation, an expression in x; its mean is taken off
    teacher
        the labels are teacher(beta.x) + noise; its mean is taken off
    phi  (also d_over_n)
        d/n, input dimension over samples
    psi  (also d_over_N)
        d/N, input dimension over neurons
    ridge
        the penalty of |y - F a|^2/n + ridge*|a|^2, positive
    noise  (default 0)
        the standard deviation of the label noise
    residual  (default "labels")
        "labels": the gradient of the residual y; "full": of y - f_0, which is of order one
    phi_gradient
        d/n of the samples behind the gradient; phi when not given
    intercept  (default false)
        true adds the constant as a free regressor
    n
        the number of samples, on any scale, in place of phi and psi
    d
        the input dimension, on the same scale
    N
        the number of neurons, on the same scale
    digits, threads, progress
        significant digits of the answer, simulation threads, whether progress is shown

    Returns
    -------
    a model

    In the query language
    ---------------------
    one_step(tanh(x), x, phi = 1/4, psi = 1/4, ridge = 1/10, noise = 1/5)
    """
def regression(f: Function = ..., teacher: Function = ..., n: Any = ..., widths: Any = ..., ridge: Any = ..., noise: Any = ..., covariance: Any = ..., share: Any = ..., centred: Any = ..., sigma_b: Any = ..., sigma_b2: Any = ..., d: Any = ..., eigenvalues: Any = ..., energies: Any = ..., *, digits: int = 15, threads: Optional[int] = None, progress: Any = None) -> Model:
    """Ridge regression on layers of random features: every error and variance, from a chain of penalties.

    regression([f], [teacher], n, widths, ridge, noise = 0, covariance = [[1, 1]], [share], centred = true, [sigma_b], [sigma_b2], [d], [eigenvalues], [energies])

    Parameters
    ----------
    f
        the activation, an expression in x, or one for each layer, [f1, …]; their means are taken off unless d is given
    teacher
        the labels are teacher(beta.x) + noise, Var beta.x = 1; its mean is taken off unless d is given. With n of order d its nonlinear part acts as noise
    n
        samples over input dimension, n/d; with d their number
    widths
        [N_1, …, N_L], neurons of each layer over input dimension; with d the number of neurons, or [inf]
    ridge
        the penalty of |y - F a|^2/n + ridge*|a|^2, F not divided by sqrt(N) (features over sqrt(N) with ridge r have ridge = r*N*d here); 0 is the limit; with widths = [inf] that of K + ridge*I
    noise  (default 0)
        the standard deviation of the label noise
    covariance  (default [[1, 1]])
        the eigenvalues of the covariance of the inputs with their weights, [[value, weight], …], of mean 1
    share
        the part of Var beta.x in the directions of each eigenvalue; otherwise weight times value
    centred  (default true)
        false keeps the means of the f_l, which act as biases of the layers above and, of the last one, as an intercept: estimates
    sigma_b
        with centred = false: the standard deviation of a Gaussian bias of each neuron, 0 when not given
    sigma_b2
        the square of sigma_b, in its place
    d
        the input dimension: inputs on the sphere of radius sqrt(d), unit weights, one layer, true counts, f and teacher as typed
    eigenvalues
        in place of f and teacher: the eigenvalues of a kernel, a list or a file by load, each as often as it is there; n and widths are then counted
    energies
        with eigenvalues: the energy of the labels in each eigenfunction
    digits, threads, progress
        significant digits of the answer, simulation threads, whether progress is shown

    Returns
    -------
    a model

    In the query language
    ---------------------
    regression([relu(x), tanh(x)], x, n = 3/2, widths = [2, 1], ridge = 1/10, noise = 1/5)
    """
def spiked_features(f: Function, teacher: Function, phi: Any, psi: Any, ridge: Any, noise: Any = ..., overlap: Any = ..., strengths: Any = ..., *, digits: int = 15, threads: Optional[int] = None, progress: Any = None) -> Model:
    """Ridge regression after a step of critical size: F = f(X W^T), W = W_0 + u v^T, unit rows of W_0.

    spiked_features(f, teacher, phi, psi, ridge, noise = 0, overlap, strengths)

    Parameters
    ----------
    f
        the activation, an expression in x, as typed
    teacher
        the labels are teacher(beta.x) + noise, |beta| = 1, as typed
    phi  (also d_over_n)
        d/n, input dimension over samples
    psi  (also d_over_N)
        d/N, input dimension over neurons
    ridge
        the penalty of |y - F a|^2/n + ridge*|a|^2, positive
    noise  (default 0)
        the standard deviation of the label noise
    overlap
        <v, beta>, from -1 to 1
    strengths
        [[u, share], …], the sizes u of the steps u*v of the rows of W and the shares of rows that make them
    digits, threads, progress
        significant digits of the answer, simulation threads, whether progress is shown

    Returns
    -------
    a model; its errors are estimated

    In the query language
    ---------------------
    spiked_features(relu(x), x, phi = 1/2, psi = 2/3, ridge = 1/10, noise = 3/10, overlap = 4/5, strengths = [[1, 1/2], [-1, 1/2]])
    """
def errors(m: Any, degree: Any = ..., alpha: Any = ..., eta: Any = ..., n: Any = ..., scale: Any = ..., order: Any = ..., strength: Any = ..., *, digits: int = 15, threads: Optional[int] = None, progress: Any = None) -> Record:
    """Training and test errors of ridge regression, of one_step before and after the step.

    errors(m, degree = 3, [alpha], [eta], [n], [scale], [order], [strength])

    Parameters
    ----------
    m
        the model, for example one_step(tanh(x), x, phi = 1/4, psi = 1/4, ridge = 1/10), or a regression, which takes no other argument
    degree  (default 3)
        the largest degree l: a step of size n^alpha makes the powers up to l of the labels' direction visible
    alpha
        in place of degree: the exponent of the step size, 0 <= alpha < 1/2
    eta
        a constant step size, in the limit of large n; with n a finite size
    n
        the number of samples: an estimate for a step of finite size
    scale
        with n and alpha: eta = scale*n^alpha, 1 when not given
    order
        with n: the powers up to this one alone, the theory of the surrogate
    strength
        the strength t of a step of critical size, eta = t*sqrt(N)/(c_1*|beta|), of a network with a readout of signs; alone
    digits, threads, progress
        significant digits of the answer, simulation threads, whether progress is shown

    Returns
    -------
    a record: beta_norm_squared, rho (cosine of the step's direction with the teacher's), kappa, m1, m2, by_degree [{degree, train (penalised), train_mse, test (noise included), improvement_train, improvement_test, present, learned}], bulk_edge_w (s^2/n), critical_eta_f, critical_eta_w (with alpha also the fields of the row of its l; with eta the fields of one row; with n also strength, t = c_1 eta |beta|/sqrt(N), and the digits of the prediction of a mean over draws, with an order those of the formula; of a regression test, train, train_penalised, kappa, degrees_of_freedom, and without d bias, variance {weights, data, interaction, from_noise}, layers [{layer, averaged, same_data}]; with strength test, train, train_penalised, overlap)

    In the query language
    ---------------------
    errors(one_step(tanh(x), x, phi = 1/4, psi = 1/4, ridge = 1/10, noise = 1/5), degree = 1)
    """
def optimal_ridge(m: Any, *, digits: int = 15, threads: Optional[int] = None, progress: Any = None) -> Record:
    """The ridge of the least test error among all, from the stationary points of a rational function.

    optimal_ridge(m)

    Parameters
    ----------
    m
        the regression, for example regression(relu(x), x, n = 2, widths = [3], ridge = 1, noise = 1/2); its own ridge does not matter
    digits, threads, progress
        significant digits of the answer, simulation threads, whether progress is shown

    Returns
    -------
    a record: ridge (0 or "inf" where an end is best), test (the error there, noise included), at_boundary

    In the query language
    ---------------------
    optimal_ridge(regression(relu(x), x, n = 2, widths = [3], ridge = 1, noise = 1/2))
    """
def ansatz(f: Function = ..., n_over_d: Any = ..., n_over_k: Any = ..., labels: Any = ..., covariance: Any = ..., readout: Any = ..., init: Any = ..., initial_output: Any = ..., b1_squared: Any = ..., rest: Any = ..., d_over_n: Any = ..., k_over_n: Any = ..., joint: Any = ..., d_over_k: Any = ..., k_over_d: Any = ..., *, digits: int = 15, threads: Optional[int] = None, progress: Any = None) -> Model:
    """The neural feature ansatz as training begins: the correlation of V^T V and V^T K V, V = W - W_0, of one hidden layer W (k x d).

    ansatz([f], [n_over_d], [n_over_k], [labels], covariance = [[1, 1]], readout = "signs", init = "independent", initial_output = "none", [b1_squared], [rest], [d_over_n], [k_over_n], [joint], [d_over_k], [k_over_d])

    Parameters
    ----------
    f
        the activation, an expression in x without jumps
    n_over_d
        samples over input dimension, positive
    n_over_k
        samples over neurons; 0 is infinite width
    labels
        "gaussian", "signs" (+-1) or "constant" (1), a teacher, an expression in x = beta.x or in x1 … x9, or the moments [mu1, mu2, mu3, mu4]
    covariance  (default [[1, 1]])
        of the inputs, tr Sigma/d = 1: a population law, or the moments [m1, …, m6]
    readout  (default "signs")
        "signs", "gaussian" or the moments [E a^2, E a^4, E a^6, E a^8]
    init  (default "independent")
        "independent", or "antisymmetric": neurons in pairs of opposite readout
    initial_output  (default "none")
        "none": the residual is y; "network": y - f_0
    b1_squared
        in place of f: (E f'')^2, with E f' = 0
    rest
        with b1_squared: E f'^2 - b1_squared
    d_over_n
        in place of n_over_d
    k_over_n
        in place of n_over_k
    joint
        the limit of infinitely many samples: [[lambda, mu, weight], …], eigenvalues of commuting Sigma and M = E r x x^T
    d_over_k
        with joint: input dimension over neurons; 0 is infinite width
    k_over_d
        in place of d_over_k
    digits, threads, progress
        significant digits of the answer, simulation threads, whether progress is shown

    Returns
    -------
    a model

    In the query language
    ---------------------
    ansatz(abs(x), n_over_d = 2, n_over_k = 2, labels = "signs")
    """
def alignment(m: Any, *, digits: int = 15, threads: Optional[int] = None, progress: Any = None) -> Record:
    """The correlation of V^T V and V^T K V as training begins, V = W - W_0, and the regime that decides it.

    alignment(m)

    Parameters
    ----------
    m
        the model, for example ansatz(abs(x), n_over_d = 2, n_over_k = 2, labels = "signs")
    digits, threads, progress
        significant digits of the answer, simulation threads, whether progress is shown

    Returns
    -------
    a record: regime (A for E f' != 0, B for E f' = 0 != E f'', C for both 0), limit (the correlation, a cosine), gap (1 - limit), deficit (regime A: the limit of n*(1 - correlation)), traces (t1, t2, t3 of B and C), initial_nfc (the correlation of W^T W and W^T K W before training), initial_nfc_scale (regime A: the limit of sqrt(d) times it), overlap (regime A: squared cosine of X^T r with the teacher's direction); null where a field belongs to other regimes

    In the query language
    ---------------------
    alignment(ansatz(abs(x), n_over_d = 2, n_over_k = 2, labels = "signs"))
    """
def label_covariance(teacher: Function, d_over_n: Any = ..., n_over_d: Any = ..., *, digits: int = 15, threads: Optional[int] = None, progress: Any = None) -> Model:
    """The covariance weighted by labels, M = sum_i y_i x_i x_i^T/n (d x d): what an early step of a network with E f' = 0 sees.

    label_covariance(teacher, [d_over_n], [n_over_d])

    Parameters
    ----------
    teacher
        the labels are teacher(beta.x): of finitely many values, certified, or bounded, estimated
    d_over_n
        input dimension over samples, positive
    n_over_d
        in place of d_over_n
    digits, threads, progress
        significant digits of the answer, simulation threads, whether progress is shown

    Returns
    -------
    a model

    In the query language
    ---------------------
    label_covariance(sign(abs(x) - 2/3), d_over_n = 1/4)
    """
def jacobian(f: Function, sigma_w2: Any, sigma_b2: Any = ..., depth: Any = ..., q0: Any = ..., widths: Any = ..., weights: Any = ..., q: Any = ..., *, digits: int = 15, threads: Optional[int] = None, progress: Any = None) -> Model:
    """J^T J of the input-output Jacobian J = D_L W_L ... D_1 W_1 of a wide network at initialisation, D_l = diag f'(h_l).

    jacobian(f, sigma_w2, sigma_b2 = 0, [depth], [q0], [widths], weights = "gaussian", [q])

    Parameters
    ----------
    f
        the activation, an expression in x, taken as typed
    sigma_w2
        the variance of the weights, times their number of inputs; positive
    sigma_b2  (default 0)
        the variance of the biases
    depth
        the number of layers L; not needed with widths
    q0
        the mean square of the input; otherwise every layer stands at the fixed point q* of the variance map
    widths
        [N_0, N_1, …, N_L] on any common scale; otherwise all the same
    weights  (default "gaussian")
        "gaussian", or "orthogonal": sqrt(sigma_w2) times Haar matrices, all widths the same
    q
        the mean squares of the pre-activations themselves, a number for all layers or a list of one for each, in place of q0
    digits, threads, progress
        significant digits of the answer, simulation threads, whether progress is shown

    Returns
    -------
    a model; its law is that of the N_0 squared singular values of J

    In the query language
    ---------------------
    jacobian(tanh(x), sigma_w2 = 3/2, sigma_b2 = 1/10, depth = 4, q0 = 1)
    """
def attention(beta: Any, d_over_t: Any, *, digits: int = 15, threads: Optional[int] = None, progress: Any = None) -> Model:
    """The attention matrix at initialisation: T A A^T without its top eigenvalue, A = softmax(beta Q K^T/sqrt(d_k)), Q and K T x d_k of independent standard entries; that is features(exp(beta*x - beta^2/2), phi = psi = d_k/T), whose mean makes the top eigenvalue.

    attention(beta, d_over_t)

    Parameters
    ----------
    beta
        the inverse temperature: A = softmax(beta Q K^T/sqrt(d_k)), row by row
    d_over_t  (also d_over_T)
        d_k/T: key dimension over number of tokens
    digits, threads, progress
        significant digits of the answer, simulation threads, whether progress is shown

    Returns
    -------
    a model

    In the query language
    ---------------------
    attention(beta = 1/2, d_over_t = 1/2)
    """
def propagation(f: Function, sigma_w2: Any, sigma_b2: Any = ..., q0: Any = ..., depth: Any = ..., c0: Any = ..., n: Any = ..., trials: Any = ..., seed: Any = ..., *, digits: int = 15, threads: Optional[int] = None, progress: Any = None) -> Record:
    """A signal in a wide network at initialisation: the variance q of pre-activations, q_{l+1} = V(q_l) = sigma_w2 E f(sqrt(q_l) Z)^2 + sigma_b2, and the correlation c of two inputs, c_{l+1} = R(c_l); which phase, and how deep.

    propagation(f, sigma_w2, sigma_b2 = 0, [q0], [depth], [c0], [n], trials = 20, [seed])

    Parameters
    ----------
    f
        the activation
    sigma_w2
        the variance of the weights times the fan-in (a variance: 2 for He initialisation)
    sigma_b2  (default 0)
        the variance of the biases
    q0
        the mean square of the input, which decides between several stable fixed points
    depth
        the number of layers that are listed; needs q0
    c0
        with depth: the correlation of two inputs
    n
        with depth: forward passes through networks of this width are drawn too
    trials  (default 20)
        with n: how many networks
    seed
        with n: the seed; otherwise that of the session
    digits, threads, progress
        significant digits of the answer, simulation threads, whether progress is shown

    Returns
    -------
    a record: fixed_points [{q, slope, stable}] (all of them, proved), q_star (the one that is reached), slope (V'(q*)), chi_1 (R'(1) = sigma_w2 E f'^2; inf where f jumps), phase (ordered for chi_1 < 1, critical, chaotic for chi_1 > 1), c_star (what correlations tend to), chi_c (R'(c*)), xi_q, xi_c, xi_gradient (depths in layers over which q, c and gradients change by a factor e), curvature (R''(1)), layers (with depth: [{layer, q, c}], with n also q_measured and c_measured)

    In the query language
    ---------------------
    propagation(tanh(x), sigma_w2 = 9/4, sigma_b2 = 1/10, q0 = 1, c0 = 1/2, depth = 5)
    """
def edge_of_chaos(f: Function, q: Any = ..., sigma_b2: Any = ..., *, digits: int = 15, threads: Optional[int] = None, progress: Any = None) -> Record:
    """Where chi_1 = 1 at a stable fixed point of the variance: sigma_w2 = 1/E f'(sqrt(q) Z)^2, sigma_b2 = q - E f(sqrt(q) Z)^2/E f'(sqrt(q) Z)^2; and how fast correlations merge there.

    edge_of_chaos(f, [q], [sigma_b2])

    Parameters
    ----------
    f
        the activation
    q
        the variance of the pre-activations, which runs along the edge
    sigma_b2
        in place of q: the variance of the biases; all points of the edge with it are given
    digits, threads, progress
        significant digits of the answer, simulation threads, whether progress is shown

    Returns
    -------
    a record: sigma_w2, sigma_b2, q, slope (V'(q)), merging ({power, constant}: 1 - c_l ~ constant/l^power, 1 for smooth f, 2 for kinks); a list of them where sigma_b2 is met several times

    In the query language
    ---------------------
    edge_of_chaos(tanh(x), q = 1)
    """
def exponents(g: Any, *, digits: int = 15, threads: Optional[int] = None, progress: Any = None) -> Record:
    """Exponents of a teacher: information (least k >= 1 with E g He_k != 0: online gradient descent takes d^max(1, k - 1) samples), generative (least k with E[He_k(Z) | g(Z)] != 0: d^max(1, k/2) are enough and needed), leap.

    exponents(g)

    Parameters
    ----------
    g
        the teacher, a function of x, or a polynomial in x1 ... x9
    digits, threads, progress
        significant digits of the answer, simulation threads, whether progress is shown

    Returns
    -------
    a record: information, generative ({at_most, power (by which function of g: the j of g^j, abs, or indicator of g > 0), at_least, proved (whether both agree)}), leap (of x1 ... x9; the information exponent for one variable)

    In the query language
    ---------------------
    exponents(He(3, x))
    """
def load(file: Any, *, digits: int = 15, threads: Optional[int] = None, progress: Any = None) -> Any:
    """A matrix of finite numbers from a file: .npy with one or two dimensions, or .csv, a first line of names passed over.

    load(file)

    Parameters
    ----------
    file
        name.npy or name.csv, read from the current folder
    digits, threads, progress
        significant digits of the answer, simulation threads, whether progress is shown

    Returns
    -------
    a matrix; its size is shown

    In the query language
    ---------------------
    load("examples/data/digits.csv")
    """
def transpose(M: Any, *, digits: int = 15, threads: Optional[int] = None, progress: Any = None) -> Any:
    """Rows and columns exchanged: files mostly hold a sample a row, and kernel wants a sample a column.

    transpose(M)

    Parameters
    ----------
    M
        a matrix
    digits, threads, progress
        significant digits of the answer, simulation threads, whether progress is shown

    Returns
    -------
    a matrix

    In the query language
    ---------------------
    transpose(load("examples/data/digits.csv"))
    """
def gram(M: Any, *, digits: int = 15, threads: Optional[int] = None, progress: Any = None) -> Any:
    """M^T M, the inner products of the columns.

    gram(M)

    Parameters
    ----------
    M
        a matrix
    digits, threads, progress
        significant digits of the answer, simulation threads, whether progress is shown

    Returns
    -------
    a matrix

    In the query language
    ---------------------
    gram(load("examples/data/digits.csv"))
    """
def eigenvalues(M: Any, *, digits: int = 15, threads: Optional[int] = None, progress: Any = None) -> List:
    """The eigenvalues of a symmetric matrix in double precision, the largest first.

    eigenvalues(M)

    Parameters
    ----------
    M
        a symmetric matrix
    digits, threads, progress
        significant digits of the answer, simulation threads, whether progress is shown

    Returns
    -------
    a list of numbers, each with its estimated error

    In the query language
    ---------------------
    eigenvalues(gram(load("examples/data/digits.csv")))
    """
def mp(ratio: Any, *, digits: int = 15, threads: Optional[int] = None, progress: Any = None) -> Any:
    """The Marchenko-Pastur law as a population: the eigenvalues of a white sample covariance.

    mp(ratio)

    Parameters
    ----------
    ratio
        dimension over number of rows, positive
    digits, threads, progress
        significant digits of the answer, simulation threads, whether progress is shown

    Returns
    -------
    a population law

    In the query language
    ---------------------
    spectrum(covariance(mp(1/2), gamma = 1/4))
    """
def powerlaw(a: Any, lo: Any, hi: Any, *, digits: int = 15, threads: Optional[int] = None, progress: Any = None) -> Any:
    """A power law on an interval as a population; what follows is estimated.

    powerlaw(a, lo, hi)

    Parameters
    ----------
    a
        the power: the density is proportional to x^(-a)
    lo
        the lower end, positive
    hi
        the upper end
    digits, threads, progress
        significant digits of the answer, simulation threads, whether progress is shown

    Returns
    -------
    a population law

    In the query language
    ---------------------
    edges(covariance(powerlaw(2, 1/2, 8), gamma = 1/2))
    """
def spectrum(m: Any, *, digits: int = 15, threads: Optional[int] = None, progress: Any = None) -> Record:
    """The limiting law of the eigenvalues: atom, edges, masses, moments.

    spectrum(m)

    Parameters
    ----------
    m
        the model, for example features(tanh(x), phi = 1/2, psi = 3/4)
    digits, threads, progress
        significant digits of the answer, simulation threads, whether progress is shown

    Returns
    -------
    a record: atom (mass at 0), edges [[a, b], …], masses, edge_exponents, moments (first 6), theta1, theta2, degree, mean_outlier (coefficient of n1), outliers of order one

    In the query language
    ---------------------
    spectrum(features(tanh(x), phi = 1/2, psi = 3/4))
    """
def edges(m: Any, *, digits: int = 15, threads: Optional[int] = None, progress: Any = None) -> List:
    """The ends of the bulks, from the lowest; 0 where an edge is hard.

    edges(m)

    Parameters
    ----------
    m
        the model, for example features(tanh(x), phi = 1/2, psi = 3/4)
    digits, threads, progress
        significant digits of the answer, simulation threads, whether progress is shown

    Returns
    -------
    a list of pairs

    In the query language
    ---------------------
    edges(features(tanh(x), phi = 1/2, psi = 3/4))
    """
def atom(m: Any, *, digits: int = 15, threads: Optional[int] = None, progress: Any = None) -> Number:
    """The mass at 0.

    atom(m)

    Parameters
    ----------
    m
        the model, for example features(tanh(x), phi = 1/2, psi = 3/4)
    digits, threads, progress
        significant digits of the answer, simulation threads, whether progress is shown

    Returns
    -------
    a rational number

    In the query language
    ---------------------
    atom(features(tanh(x), phi = 2, psi = 1/2))
    """
def moments(m: Any, count: Any = ..., *, digits: int = 15, threads: Optional[int] = None, progress: Any = None) -> List:
    """E lambda, E lambda^2, …, the atom included.

    moments(m, count = 6)

    Parameters
    ----------
    m
        the model, for example features(tanh(x), phi = 1/2, psi = 3/4)
    count  (default 6)
        how many, from the first
    digits, threads, progress
        significant digits of the answer, simulation threads, whether progress is shown

    Returns
    -------
    a list; index 0 is the first moment. Of a symbolic model such as features() exact expressions in its letters

    In the query language
    ---------------------
    moments(features(theta1 = 1, theta2 = 3/10, phi = 2, psi = 1/2), count = 4)
    """
@overload
def density(m: Model, x: Array) -> Array: ...
@overload
def density(m: Any, x: Any, *, digits: int = 15, threads: Optional[int] = None, progress: Any = None) -> Any:
    """The density of the continuous part of the law.

    density(m, x)

    Parameters
    ----------
    m
        the model, for example features(tanh(x), phi = 1/2, psi = 3/4)
    x
        a point of the real line, a list or a range of points
    digits, threads, progress
        significant digits of the answer, simulation threads, whether progress is shown

    Returns
    -------
    a number, or a list of numbers, in which a point without an answer is undefined

    In the query language
    ---------------------
    density(features(tanh(x), phi = 1/2, psi = 3/4), 1)
    """
@overload
def cdf(m: Model, x: Array) -> Array: ...
@overload
def cdf(m: Any, x: Any, *, digits: int = 15, threads: Optional[int] = None, progress: Any = None) -> Any:
    """The mass of the law up to x, the atom included.

    cdf(m, x)

    Parameters
    ----------
    m
        the model, for example features(tanh(x), phi = 1/2, psi = 3/4)
    x
        a point of the real line, a list or a range of points
    digits, threads, progress
        significant digits of the answer, simulation threads, whether progress is shown

    Returns
    -------
    a number, or a list of numbers, in which a point without an answer is undefined

    In the query language
    ---------------------
    cdf(features(tanh(x), phi = 1/2, psi = 3/4), 1)
    """
@overload
def quantile(m: Model, p: Array) -> Array: ...
@overload
def quantile(m: Any, p: Any, *, digits: int = 15, threads: Optional[int] = None, progress: Any = None) -> Any:
    """The least x whose cdf reaches p.

    quantile(m, p)

    Parameters
    ----------
    m
        the model, for example features(tanh(x), phi = 1/2, psi = 3/4)
    p
        a probability, a list or a range
    digits, threads, progress
        significant digits of the answer, simulation threads, whether progress is shown

    Returns
    -------
    a number, or a list of numbers, in which a point without an answer is undefined

    In the query language
    ---------------------
    quantile(features(tanh(x), phi = 1/2, psi = 3/4), 1/2)
    """
@overload
def stieltjes(m: Model, z: NDArray[numpy.complex128]) -> NDArray[numpy.complex128]: ...
@overload
def stieltjes(m: Any, z: Any, *, digits: int = 15, threads: Optional[int] = None, progress: Any = None) -> Any:
    """The Stieltjes transform E 1/(lambda - z).

    stieltjes(m, z)

    Parameters
    ----------
    m
        the model, for example features(tanh(x), phi = 1/2, psi = 3/4)
    z
        a point of the plane off the support
    digits, threads, progress
        significant digits of the answer, simulation threads, whether progress is shown

    Returns
    -------
    a complex number; a real one for real z outside the support

    In the query language
    ---------------------
    stieltjes(features(tanh(x), phi = 1/2, psi = 3/4), 1/2 + 3/10*i)
    """
def branches(m: Any, z: Any, *, digits: int = 15, threads: Optional[int] = None, progress: Any = None) -> List:
    """Every root of the equation at z, the signs it has and fails, and which one is the transform.

    branches(m, z)

    Parameters
    ----------
    m
        the model, for example features(tanh(x), phi = 1/2, psi = 3/4)
    z
        a point of the plane
    digits, threads, progress
        significant digits of the answer, simulation threads, whether progress is shown

    Returns
    -------
    a list of records: m, q, has, fails, admissible

    In the query language
    ---------------------
    branches(features(tanh(x), phi = 1/2, psi = 3/4), 1/2 + 3/10*i)
    """
def spikes(m: Any, alpha: Any = ..., eta: Any = ..., n: Any = ..., scale: Any = ..., order: Any = ..., *, digits: int = 15, threads: Optional[int] = None, progress: Any = None) -> List:
    """The candidates for eigenvalues outside the bulk: what makes each, whether it survives, and where it is.

    spikes(m, [alpha], [eta], [n], [scale], [order])

    Parameters
    ----------
    m
        the model
    alpha
        on one_step: the exponent of a growing step size, 0 <= alpha < 1/2
    eta
        on one_step: a constant step size; with n a finite size
    n
        on one_step: the number of samples, with eta or alpha (eta = scale*n^alpha): an estimate at finite size
    scale
        with n and alpha: eta = scale*n^alpha, 1 when not given
    order
        with n: the powers up to this one alone, the theory of the surrogate
    digits, threads, progress
        significant digits of the answer, simulation threads, whether progress is shown

    Returns
    -------
    a list of records, the given spikes first: origin (mean, norm_w, norm_x, skew; signal for a given one, uninformative for one that E f'' makes in a kernel), strength, survives, position, alignment (squared cosine with the vector that makes it: norms of the rows of W or of the columns of X, ones; with a bias E f(tau Z + b_i) of the rows; in a kernel with the true signal, cumulative over layers), threshold (of strength: the ends of the gap that it lies in or can reach, a pair or one, else the nearest end), margin (strength/threshold - 1; in a gap to its nearer end, positive inside), left_factor of a covariance (squared cosine of left vector and scores), direction of an uninformative one (ones, column_norms), alignment_ones beside an overlap, layers of a kernel's signal (layer, survives, position, alignment, threshold; layer 0 is the input), weight of a trained layer (the spike of W_1^T W_1: survives, position, alignment with the teacher's direction, threshold of eta); on trained strength and threshold are of eta, and the alignment is with the test labels; a mean has strength (E f)^2, with a bias E_b (E f(tau Z + b))^2, position infinity, as it grows like n1, and alignment 1; on one_step without n or eta the regimes {degree, present, count, interval of alpha}, and with n a record: count, bulk_edge (singular value of F), strength (t = c_1 eta |beta|/sqrt(N)), spikes [{singular_value, alignment [{power, raw (squared cosine with z^k), orthogonal (with its part orthogonal to lower powers)}]}], norms (singular values that uneven norms of the data make, where there are any); numbers at finite n have the digits of the prediction of a mean over draws, with an order those of the formula

    In the query language
    ---------------------
    spikes(features(x/2 + 7/10*He(2, x), phi = 1/6, psi = 1/6))
    """
def equation(m: Any, *, digits: int = 15, threads: Optional[int] = None, progress: Any = None) -> Record:
    """The polynomial equation P(z, m) = 0 of the law, and the curve it comes from; of a kernel of several layers, or over a population, the curve.

    equation(m)

    Parameters
    ----------
    m
        the model, numeric or symbolic: features() keeps every letter
    digits, threads, progress
        significant digits of the answer, simulation threads, whether progress is shown

    Returns
    -------
    a record: degree, coefficients ([k][j] multiplies m^k z^j), text, latex, discriminant (its coefficients in z, the constant first), curve (R, z, m as functions of q), in_q (the equation for q: coefficients, text and latex), critical (the same for its critical points, z'(q) = 0), theta1, theta2 (of a model with numbers; of several layers the record has, in place of all these, curve {parameter, z, m, degree: how many parameters lie over one z}, steps (assignments q_l, z_l, r_l = -m_l, level by level, that can be typed) and constants (of the names in them))

    In the query language
    ---------------------
    equation(features(theta1 = 1, theta2 = 3/10, phi = 2, psi = 1/2))
    """
def isospectrality(m: Any, *, digits: int = 15, threads: Optional[int] = None, progress: Any = None) -> Record:
    """Can the law persist from layer to layer: only if both obstructions vanish in every layer.

    isospectrality(m)

    Parameters
    ----------
    m
        a model: features(…) or kernel(…, normalize = false)
    digits, threads, progress
        significant digits of the answer, simulation threads, whether progress is shown

    Returns
    -------
    a record: possible, layers (of each: mean_square_slope E a^2 and variance_of_v Var v, with a = E f'(tau Z + b), v = Var f(tau Z + b))

    In the query language
    ---------------------
    isospectrality(features(abs(x), phi = 1, psi = 1, sigma_b = 1/4))
    """
def check(m: Any, n: Any = ..., trials: Any = ..., seed: Any = ..., activation: Any = ..., entries: Any = ..., norms: Any = ..., eta: Any = ..., update: Any = ..., order: Any = ..., strength: Any = ..., *, digits: int = 15, threads: Optional[int] = None, progress: Any = None, executor: Optional[Executor] = None) -> Record:
    """Simulates the model and says for every predicted quantity whether the theory agrees.

    check(m, n = 600, [trials], [seed], [activation], [entries], [norms], [eta], update = "gradient", order = 3, [strength])

    Parameters
    ----------
    m
        the model
    n  (default 600)
        the largest dimension, of data the number of samples; n/2 and n/4 are simulated too, of data with every second and every fourth sample. A list of sizes fits the rates in n
    trials
        replicates at n; four times as many at n/2 and at n/4. Otherwise 8, for ansatz 40
    seed
        the seed; otherwise that of the session
    activation
        the activation to simulate with, when the model was given by theta1 and theta2
    entries
        "gaussian", "rademacher" or "exponential": the law of all entries; otherwise one with the kurtosis and skewness of the model
    norms
        "exact": all rows of W and columns of X are drawn with their exact norms, "free": as they are; otherwise exact ones for the law and free ones for outliers
    eta
        for one_step, the step size; without it the limits are simulated, with powers of z as free regressors
    update  (default "gradient")
        for one_step with eta, "gradient": the exact step, "rank_one": eta*c_1*a*beta^T, "surrogate": the powers up to order added to F_0
    order  (default 3)
        for one_step with eta, the largest power of the surrogate
    strength
        for one_step, in place of eta: an exact step of critical size of a network with a readout of signs, beside errors(m, strength = t)
    digits, threads, progress
        significant digits of the answer, simulation threads, whether progress is shown

    Returns
    -------
    a record: rows (quantity, theory, measured, allowance, z (the excess over the allowance in standard errors, 0 within it), verdict, reason; for a list of n also the exponents of bias and spread, fitted and expected), verdict, summary (what was decided and what was not), n, trials, seed, sizes (for one_step with an exact step also quality, eta times the operator norm of G - c_1*a*beta^T)

    In the query language
    ---------------------
    check(features(tanh(x), phi = 1/2, psi = 3/4), n = 100, trials = 4)
    """
def compare(m1: Any, m2: Any, *, digits: int = 15, threads: Optional[int] = None, progress: Any = None) -> Record:
    """Whether two limiting laws are equal, and how far apart they are; outliers do not count.

    compare(m1, m2)

    Parameters
    ----------
    m1
        a model
    m2
        another model
    digits, threads, progress
        significant digits of the answer, simulation threads, whether progress is shown

    Returns
    -------
    a record: equal (decided; undefined where that is open, as for biased neurons), kolmogorov (sup of the difference of the distribution functions), wasserstein (its integral; the distances are estimates unless they are 0)

    In the query language
    ---------------------
    compare(features(tanh(x), phi = 1/2, psi = 3/4), features(theta1 = 2/5, theta2 = 1/3, phi = 1/2, psi = 3/4))
    """
def cycle_cumulants(m: Any, n: Any = ..., trials: Any = ..., seed: Any = ..., entries: Any = ..., *, digits: int = 15, threads: Optional[int] = None, progress: Any = None) -> List:
    """Simulated averages of Y along cycles, E[Y11 Y21 Y22 Y12] and longer, beside theta2^k n0^(1-k).

    cycle_cumulants(m, n = 200, trials = 100, [seed], [entries])

    Parameters
    ----------
    m
        the model, features(f, …) with f of mean zero
    n  (default 200)
        the largest dimension
    trials  (default 100)
        replicates
    seed
        the seed; otherwise that of the session
    entries
        "gaussian", "rademacher" or "exponential": the law of all entries
    digits, threads, progress
        significant digits of the answer, simulation threads, whether progress is shown

    Returns
    -------
    a list of records: length (2k), theory, measured

    In the query language
    ---------------------
    cycle_cumulants(features(tanh(x), phi = 1/2, psi = 3/4), n = 100, trials = 20)
    """
def train(f: Function, teacher: Function, widths: Any = ..., d: Any = ..., n: Any = ..., eta: Any = ..., steps: Any = ..., optimizer: Any = ..., speeds: Any = ..., clip: Any = ..., batch: Any = ..., init: Any = ..., init_scale: Any = ..., noise: Any = ..., covariance: Any = ..., test: Any = ..., record: Any = ..., trials: Any = ..., seed: Any = ..., *, digits: int = 15, threads: Optional[int] = None, progress: Any = None) -> Record:
    """Trains networks and measures how weights and gradients align (neural feature ansatz).

    train(f, teacher, widths = [64, 64], d, n, eta, steps, optimizer = "gd", [speeds], clip = false, [batch], init = "he", init_scale = 1, noise = 0, covariance = [[1, 1]], test = 2000, [record], trials = 1, [seed])

    Parameters
    ----------
    f
        the activation, an expression in x, taken as typed
    teacher
        the labels are teacher + noise: an expression in x, the first coordinate of a sample, or in x1 … x9, the first nine
    widths  (default [64, 64])
        neurons of the hidden layers, 1 to 5 of them
    d
        input dimension
    n
        training samples
    eta
        the step size, positive; the loss is (1/2n) sum (f - y)^2
    steps
        how many steps are made
    optimizer  (default "gd")
        "gd": gradient descent; "slo": speed-limited, W - eta*C*g/|g| in each layer, C its speed
    speeds
        the speed of each trained layer, the readout last; for "slo"
    clip  (default false)
        whether "slo" makes no step longer than eta*|g|
    batch
        samples of one step; otherwise all of them
    init  (default "he")
        "he": W ~ N(0, 2/fan-in), readout N(0, 1/k), all layers trained; "fixed_readout": one hidden layer, W ~ N(0, 1/d), readout +-k^(-1/2), not trained; "antisymmetric": the same with neurons in pairs of opposite readout, so that the network begins as 0
    init_scale  (default 1)
        factor of the initial weights of the hidden layers
    noise  (default 0)
        the standard deviation of the label noise, in training and in test
    covariance  (default [[1, 1]])
        eigenvalues of the covariance of a sample, [value, weight], with mean value 1; in general position to the teacher
    test  (default 2000)
        fresh samples for the test error
    record
        the steps after which is measured; otherwise 0, 1, 3, 10, … and the last
    trials  (default 1)
        networks, each with data of its own; with more than one each number is a mean with its standard error
    seed
        the seed; otherwise that of the session
    digits, threads, progress
        significant digits of the answer, simulation threads, whether progress is shown

    Returns
    -------
    a record: steps, train_error, test_error (mean squares), agop_eigenvalues (the largest 6 of (1/n) sum of gradient times gradient^T), layers (layer, then lists over the steps. With F = W^T W, G = W^T K W, K the second moment of df/dh: nfc (cosine of F and G), nfc_trace_centred, nfc_pearson, c_nfc (that of the change of W), overlap_weights and overlap_agop (of the leading eigenvectors of F and G with the teacher's directions, first layer), moved, left_alignment [cosine of F and G, of F^2 and G, by singular values], weight_terms, agop_terms (shares of the parts 00, 01, 10, 11 from initial weights and change), centred_share)

    In the query language
    ---------------------
    train(relu(x), x, widths = [16], d = 8, n = 40, eta = 1/5, steps = 10, test = 100)
    """
def plot(value: Any, file: Any = ..., labels: Any = ..., log: Any = ..., title: Any = ..., xlabel: Any = ..., ylabel: Any = ..., x: Any = ..., y: Any = ..., over: Any = ..., bins: Any = ..., caption: Any = ..., theme: Any = ..., size: Any = ..., font: Any = ..., *, digits: int = 15, threads: Optional[int] = None, progress: Any = None) -> Figure:
    """The picture; beside a file name.svg also the data, name.json.

    plot(value, [file], [labels], [log], [title], [xlabel], [ylabel], [x], [y], [over], [bins], caption = true, [theme], [size], [font])

    Parameters
    ----------
    value
        a model, a check, errors(…), hermite(…), train(…), density(m, range), sweep(…), or a list of these
    file
        name.svg, name.pdf or name.png; without it the plot goes to the terminal
    labels
        a list of texts, one for each item of a list; one text for a single thing. That of a check names its simulation
    log
        "x", "y", "xy" or "none": logarithmic axes; over "x" alone a law is drawn as the density of the logarithm, and so it is without this argument where linear axes cannot show it
    title
        a text over the picture
    xlabel
        a text at the horizontal axis, of all panels
    ylabel
        a text at the vertical axis, of the first panel
    x
        the range of the horizontal axis, lo..hi
    y
        the range of the vertical axis, lo..hi; what leaves it is marked, with the value it reaches
    over
        a list of numbers: their histogram stands over the law or the density
    bins
        how many bins the histogram of a check or of `over` has over each bulk
    caption  (default true)
        false leaves out the parameters under the title, and the title unless it is given
    theme
        of a file: "light" or "dark"
    size
        of a file: "column" (8.6 cm wide, as high as its texts need), or [width, height] in centimetres; of name.png the proportions
    font
        of a file: the points of the texts at the ticks, from 4 to 24; 11.25 without a size, 8 with one; what has no room under the title stands in name.json
    digits, threads, progress
        significant digits of the answer, simulation threads, whether progress is shown

    Returns
    -------
    the files written, or a plot in the terminal

    In the query language
    ---------------------
    plot(features(tanh(x), phi = 1/2, psi = 3/4))
    """
def save(value: Any, file: Any, *, digits: int = 15, threads: Optional[int] = None, progress: Any = None) -> Any:
    """Writes the numbers of a value, with all their digits, to a file.

    save(value, file)

    Parameters
    ----------
    value
        numbers, a list, a check, density(m, range), any result
    file
        name.csv or name.json
    digits, threads, progress
        significant digits of the answer, simulation threads, whether progress is shown

    Returns
    -------
    the file written

    In the query language
    ---------------------
    save(density(features(tanh(x), phi = 1/2, psi = 3/4), 0.1..2 count 5), "density.csv")
    """
def latex(value: Any, *, digits: int = 15, threads: Optional[int] = None, progress: Any = None) -> str:
    """The value in LaTeX, exact forms first.

    latex(value)

    Parameters
    ----------
    value
        a function, a number, any result
    digits, threads, progress
        significant digits of the answer, simulation threads, whether progress is shown

    Returns
    -------
    a text

    In the query language
    ---------------------
    latex(center(relu(x)))
    """
def cite(value: Any, *, digits: int = 15, threads: Optional[int] = None, progress: Any = None) -> Record:
    """What a value rests on: the statements behind it, with status and hypotheses, and BibTeX of the papers.

    cite(value)

    Parameters
    ----------
    value
        a model, or what a query answered
    digits, threads, progress
        significant digits of the answer, simulation threads, whether progress is shown

    Returns
    -------
    a record: status (the weakest of its statements: proved, verified by simulation, or conjectured), hypotheses, results [{statement, status, source}], bibtex (of the papers)

    In the query language
    ---------------------
    cite(spectrum(features(tanh(x), phi = 1/2, psi = 3/4)))
    """
