//! What a shape is drawn in, and the colour that a theme gives it.
//!
//! Curves have the colours of Okabe and Ito (2008), which colour-blind readers tell apart: darker ones on white, the bright ones
//! on black.

use super::look::Theme;
use plotters::style::colors::colormaps::{ColorMap, ViridisRGB};
use plotters::style::{RGBAColor, RGBColor};

/// What something is drawn in.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Ink {
    of: Role,
    opacity: f64,
    /// With the contrast to the page that small texts need.
    strong: bool,
}

/// Whose colour it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Role {
    Words,
    Faint,
    Page,
    Curve(usize),
    Bars,
    Outlier,
    Atom,
    /// Of 255 on the scale of cells.
    Level(u8),
}

/// Titles and names.
pub(super) const WORDS: Ink = Ink::of(Role::Words);
/// Frames, ticks, what is said in small type.
pub(super) const FAINT: Ink = Ink::of(Role::Faint);
/// The page itself.
pub(super) const PAGE: Ink = Ink::of(Role::Page);
/// Bars of a histogram that belongs to no curve.
pub(super) const BARS: Ink = Ink::of(Role::Bars);
/// Outliers that belong to no curve.
pub(super) const OUTLIER: Ink = Ink::of(Role::Outlier);
/// Atoms that belong to no curve.
pub(super) const ATOM: Ink = Ink::of(Role::Atom);

type Colour = (u8, u8, u8);

struct Palette {
    words: Colour,
    faint: Colour,
    page: Colour,
    curves: [Colour; 7],
    bars: Colour,
    outlier: Colour,
    atom: Colour,
    /// Towards which end small texts are moved, and by which share.
    end: f64,
}

const STRONGER: f64 = 0.25;

const LIGHT: Palette = Palette {
    words: (25, 25, 25),
    faint: (105, 105, 105),
    page: (255, 255, 255),
    curves: [(0, 90, 160), (213, 94, 0), (0, 138, 100), (190, 95, 150), (40, 40, 40), (86, 180, 233), (200, 140, 0)],
    bars: (150, 165, 180),
    outlier: (190, 60, 0),
    atom: (120, 30, 110),
    end: 0.0,
};

const DARK: Palette = Palette {
    words: (232, 232, 232),
    faint: (160, 160, 160),
    page: (20, 22, 26),
    curves: [(86, 180, 233), (240, 140, 60), (0, 190, 140), (220, 140, 190), (225, 225, 225), (70, 120, 215), (240, 228, 66)],
    bars: (120, 135, 150),
    outlier: (255, 120, 70),
    atom: (215, 130, 205),
    end: 255.0,
};

impl Ink {
    const fn of(of: Role) -> Ink {
        Ink { of, opacity: 1.0, strong: false }
    }

    /// That of the curve with this number.
    pub fn curve(number: usize) -> Ink {
        Ink::of(Role::Curve(number % LIGHT.curves.len()))
    }

    /// That of a share of the scale of cells.
    pub fn level(share: f64) -> Ink {
        Ink::of(Role::Level((share.clamp(0.0, 1.0) * 255.0).round() as u8))
    }

    /// The same for small texts.
    pub fn for_text(self) -> Ink {
        Ink { strong: true, ..self }
    }

    /// The same, let through by this share.
    pub fn with_opacity(self, opacity: f64) -> Ink {
        Ink { opacity, ..self }
    }

    /// Its colour.
    pub fn colour(self, theme: Theme) -> RGBAColor {
        let palette = match theme {
            Theme::Light => &LIGHT,
            Theme::Dark => &DARK,
        };
        let (red, green, blue) = match self.of {
            Role::Words => palette.words,
            Role::Faint => palette.faint,
            Role::Page => palette.page,
            Role::Curve(number) => palette.curves[number],
            Role::Bars => palette.bars,
            Role::Outlier => palette.outlier,
            Role::Atom => palette.atom,
            Role::Level(level) => {
                let RGBColor(red, green, blue) = ViridisRGB.get_color(f64::from(level) / 255.0);
                (red, green, blue)
            }
        };
        let share = if self.strong { STRONGER } else { 0.0 };
        let [red, green, blue] = [red, green, blue].map(|part| (f64::from(part) * (1.0 - share) + palette.end * share) as u8);
        RGBAColor(red, green, blue, self.opacity)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Relative luminance and contrast as the Web Content Accessibility Guidelines 2.1 define them.
    fn luminance(RGBAColor(red, green, blue, _): RGBAColor) -> f64 {
        let linear = |part: u8| match f64::from(part) / 255.0 {
            part if part <= 0.04045 => part / 12.92,
            part => ((part + 0.055) / 1.055).powf(2.4),
        };
        0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue)
    }

    fn contrast(one: RGBAColor, other: RGBAColor) -> f64 {
        let (one, other) = (luminance(one) + 0.05, luminance(other) + 0.05);
        one.max(other) / one.min(other)
    }

    /// 4.5 for texts; the pale curves of the light theme are drawn in wide lines.
    #[test]
    fn texts_and_curves_stand_out_in_both_themes() {
        for theme in [Theme::Light, Theme::Dark] {
            let against = |ink: Ink| contrast(ink.colour(theme), PAGE.colour(theme));
            assert!(against(WORDS) > 12.0 && against(FAINT) > 5.0, "{theme:?}");
            for ink in (0..7).map(Ink::curve).chain([OUTLIER, ATOM]) {
                assert!(against(ink) > 2.0 && against(ink.for_text()) > against(ink), "{theme:?} {ink:?}");
            }
        }
        assert!((0..7).all(|number| contrast(Ink::curve(number).colour(Theme::Dark), PAGE.colour(Theme::Dark)) > 4.0));
    }
}
