use resolvent::spectrum::*;
use rug::Rational;
#[test] fn probe() {
    for (g0, by) in [((4,1),2),((4,1),5),((4,1),7),((9,1),3),((9,1),5),((9,4),3),((1,4),3),((16,1),3),((25,1),3),((1,1),3),((2,1),3), ((49,16),3), ((81,25),3)] {
    let stack = Stack { population: vec![[1,1].map(Rational::from)], gamma: Rational::from(g0), layers: vec![StackLayer{share: Share::rational(Rational::from(1),200), gamma: Rational::from(5)}]};
    let three = Coefficient::rational(Rational::from(by), 200);
    let law = LayeredLaw::new(stack.clone().scaled(&three), 100);
    println!("({g0:?}) {by} {:?}", law.ends().map(|e| e.iter().flatten().map(|e| e.position.to_f64()).collect::<Vec<_>>()));
    }
}
