//! Shapes as the vectors and texts of a PDF file of one page, after ISO 32000-1: texts can be searched and copied, and the font is in
//! the file.

use std::collections::BTreeMap;

use ab_glyph::{Font, FontRef};
use pdf_writer::types::{CidFontType, FontFlags, LineCapStyle, LineJoinStyle, SystemInfo, UnicodeCmap};
use pdf_writer::{Content, Filter, Finish, Name, Pdf, Rect, Ref, Str};
use plotters::style::{Color, RGBAColor};

use super::font;
use super::ink::{Ink, PAGE};
use super::look::{Look, Theme};
use super::scene::{Anchor, Shape, Text};

/// How far the baseline is below the middle of a small letter, in em (half of the letter x of DejaVu Sans).
const LOWERED: f64 = 0.2735;
/// The control points of the four cubics that make a circle of radius 1.
const ROUND: f64 = 0.552_284_75;
/// Units of an em in the metrics of a PDF.
const EM: f32 = 1000.0;
/// How hard streams are compressed, of 10.
const EFFORT: u8 = 6;

const FONT_NAME: Name<'static> = Name(b"DejaVuSans");
const IN_USE: Name<'static> = Name(b"F");
const ADOBE: SystemInfo<'static> = SystemInfo { registry: Str(b"Adobe"), ordering: Str(b"Identity"), supplement: 0 };

/// The objects of the file.
#[derive(Clone, Copy)]
enum Object {
    Catalog = 1,
    Pages,
    Page,
    Content,
    Font,
    Glyphs,
    Descriptor,
    File,
    Characters,
    /// The first of those that let through a share.
    Opacity,
}

impl Object {
    fn id(self) -> Ref {
        Ref::new(self as i32)
    }
}

/// The scene of so many panels as a PDF file.
pub(super) fn pdf(scene: &[Shape], look: &Look, panels: usize) -> Result<Vec<u8>, ab_glyph::InvalidFont> {
    let page = look.page(panels);
    let [width, height] = look.points(panels);
    let mut drawing = Drawing { theme: look.theme, ..Drawing::new(FontRef::try_from_slice(font::BYTES)?) };
    // pixels of the scene, y downwards
    let scale = (width / page.width) as f32;
    drawing.content.transform([scale, 0.0, 0.0, -scale, 0.0, height as f32]);
    drawing.content.set_line_join(LineJoinStyle::RoundJoin);
    let corners = [(0.0, 0.0), (page.width, page.height * panels as f64)];
    drawing.rectangle(corners, PAGE);
    scene.iter().for_each(|shape| drawing.add(shape));
    Ok(drawing.file([width, height].map(|length| length as f32)))
}

/// The page as it grows.
struct Drawing {
    theme: Theme,
    content: Content,
    font: FontRef<'static>,
    /// The glyphs of the texts, with their characters.
    used: BTreeMap<u16, char>,
    /// Shares that are let through, in 1/255, each an object of the file.
    opacities: Vec<u8>,
}

impl Drawing {
    fn new(font: FontRef<'static>) -> Self {
        Self { theme: Theme::Light, content: Content::new(), font, used: BTreeMap::new(), opacities: Vec::new() }
    }

    fn add(&mut self, shape: &Shape) {
        match shape {
            Shape::Path { points, width, dash, ink } => self.stroke(points, *width, *dash, *ink),
            Shape::Polygon { points, ink } => {
                self.fill_with(*ink);
                self.outline(points);
                self.content.close_path().fill_nonzero();
            }
            Shape::Rectangle { area, ink } => self.rectangle([(area.left, area.top), (area.right, area.bottom)], *ink),
            Shape::Disc { centre, radius, ink } => self.disc(*centre, *radius, *ink),
            Shape::Text(text) => self.write(text),
        }
    }

    fn colour(&mut self, ink: Ink) -> [f32; 3] {
        let RGBAColor(red, green, blue, opacity) = ink.colour(self.theme).to_rgba();
        let share = (opacity * 255.0).round() as u8;
        let number = self.opacities.iter().position(|known| *known == share).unwrap_or_else(|| {
            self.opacities.push(share);
            self.opacities.len() - 1
        });
        self.content.set_parameters(Name(format!("G{number}").as_bytes()));
        [red, green, blue].map(|part| f32::from(part) / 255.0)
    }

    fn fill_with(&mut self, ink: Ink) {
        let [red, green, blue] = self.colour(ink);
        self.content.set_fill_rgb(red, green, blue);
    }

    /// The path through points.
    fn outline(&mut self, points: &[(f64, f64)]) {
        for (index, (x, y)) in points.iter().map(|(x, y)| (*x as f32, *y as f32)).enumerate() {
            if index == 0 {
                self.content.move_to(x, y)
            } else {
                self.content.line_to(x, y)
            };
        }
    }

    fn stroke(&mut self, points: &[(f64, f64)], width: f64, dash: Option<(f64, f64)>, ink: Ink) {
        let [red, green, blue] = self.colour(ink);
        self.content.set_stroke_rgb(red, green, blue).set_line_width(width as f32);
        let pattern: Vec<f32> = dash.into_iter().flat_map(|(dash, gap)| [dash as f32, gap as f32]).collect();
        self.content.set_line_cap(LineCapStyle::ButtCap).set_dash_pattern(pattern, 0.0);
        self.outline(points);
        self.content.stroke();
    }

    fn rectangle(&mut self, [(left, top), (right, bottom)]: [(f64, f64); 2], ink: Ink) {
        self.fill_with(ink);
        let [x, y, width, height] = [left, top, right - left, bottom - top].map(|length| length as f32);
        self.content.rect(x, y, width, height).fill_nonzero();
    }

    fn disc(&mut self, (x, y): (f64, f64), radius: f64, ink: Ink) {
        self.fill_with(ink);
        let at = |dx: f64, dy: f64| [(x + radius * dx) as f32, (y + radius * dy) as f32];
        let [right, top] = at(1.0, 0.0);
        self.content.move_to(right, top);
        // a quarter of a turn each
        for (c, s) in [(1.0, 0.0), (0.0, 1.0), (-1.0, 0.0), (0.0, -1.0)] {
            let [first, second, end] = [at(c - ROUND * s, s + ROUND * c), at(ROUND * c - s, ROUND * s + c), at(-s, c)];
            self.content.cubic_to(first[0], first[1], second[0], second[1], end[0], end[1]);
        }
        self.content.close_path().fill_nonzero();
    }

    fn write(&mut self, text: &Text) {
        let glyphs: Vec<u16> = text.text.chars().map(|character| self.glyph(character)).collect();
        let length = glyphs.iter().map(|glyph| f64::from(self.advance(*glyph))).sum::<f64>() / f64::from(EM) * text.size;
        let before = match text.anchor {
            Anchor::Start => 0.0,
            Anchor::Middle => length / 2.0,
            Anchor::End => length,
        };
        let (x, y) = text.at;
        let lowered = LOWERED * text.size;
        // along the text and across it, in a page whose y grows downwards
        let matrix = if text.upwards {
            [0.0, -1.0, -1.0, 0.0, x + lowered, y + before]
        } else {
            [1.0, 0.0, 0.0, -1.0, x - before, y + lowered]
        };
        self.fill_with(text.ink);
        let bytes: Vec<u8> = glyphs.iter().flat_map(|glyph| glyph.to_be_bytes()).collect();
        self.content.begin_text().set_font(IN_USE, text.size as f32).set_text_matrix(matrix.map(|entry| entry as f32));
        self.content.show(Str(&bytes)).end_text();
    }

    /// The glyph of a character, which the file will say it stands for.
    fn glyph(&mut self, character: char) -> u16 {
        let glyph = self.font.glyph_id(character).0;
        self.used.entry(glyph).or_insert(character);
        glyph
    }

    /// The width of a glyph in thousandths of an em.
    fn advance(&self, glyph: u16) -> f32 {
        let units = self.font.units_per_em().unwrap_or(EM);
        self.font.h_advance_unscaled(ab_glyph::GlyphId(glyph)) * EM / units
    }

    /// The whole file.
    fn file(mut self, [width, height]: [f32; 2]) -> Vec<u8> {
        let mut pdf = Pdf::new();
        pdf.catalog(Object::Catalog.id()).pages(Object::Pages.id());
        pdf.pages(Object::Pages.id()).kids([Object::Page.id()]).count(1);
        let mut page = pdf.page(Object::Page.id());
        page.parent(Object::Pages.id()).media_box(Rect::new(0.0, 0.0, width, height)).contents(Object::Content.id());
        let mut resources = page.resources();
        resources.fonts().pair(IN_USE, Object::Font.id());
        let opacity = |number: usize| Ref::new(Object::Opacity as i32 + number as i32);
        let mut states = resources.ext_g_states();
        for number in 0..self.opacities.len() {
            states.pair(Name(format!("G{number}").as_bytes()), opacity(number));
        }
        states.finish();
        resources.finish();
        page.finish();
        for (number, share) in self.opacities.iter().enumerate() {
            let share = f32::from(*share) / 255.0;
            pdf.ext_graphics(opacity(number)).stroking_alpha(share).non_stroking_alpha(share);
        }
        let content = std::mem::replace(&mut self.content, Content::new()).finish();
        let packed = |bytes: &[u8]| miniz_oxide::deflate::compress_to_vec_zlib(bytes, EFFORT);
        pdf.stream(Object::Content.id(), &packed(&content)).filter(Filter::FlateDecode);
        self.embed(&mut pdf);
        let font = packed(font::BYTES);
        let mut file = pdf.stream(Object::File.id(), &font);
        file.filter(Filter::FlateDecode).pair(Name(b"Length1"), font::BYTES.len() as i32);
        file.finish();
        pdf.finish()
    }

    /// The font: glyphs by their number, their widths, their characters.
    fn embed(&self, pdf: &mut Pdf) {
        let mut font = pdf.type0_font(Object::Font.id());
        font.base_font(FONT_NAME).encoding_predefined(Name(b"Identity-H"));
        font.descendant_font(Object::Glyphs.id()).to_unicode(Object::Characters.id());
        font.finish();
        let mut glyphs = pdf.cid_font(Object::Glyphs.id());
        glyphs.subtype(CidFontType::Type2).base_font(FONT_NAME).system_info(ADOBE).font_descriptor(Object::Descriptor.id());
        glyphs.cid_to_gid_map_predefined(Name(b"Identity"));
        let mut widths = glyphs.widths();
        for glyph in self.used.keys() {
            widths.consecutive(*glyph, [self.advance(*glyph)]);
        }
        widths.finish();
        glyphs.finish();
        let units = |value: f32| value * EM / self.font.units_per_em().unwrap_or(EM);
        let [ascent, descent] = [self.font.ascent_unscaled(), self.font.descent_unscaled()].map(units);
        let mut descriptor = pdf.font_descriptor(Object::Descriptor.id());
        descriptor.name(FONT_NAME).flags(FontFlags::SYMBOLIC).bbox(Rect::new(-EM, descent, 2.0 * EM, ascent));
        descriptor.italic_angle(0.0).ascent(ascent).descent(descent).cap_height(ascent).stem_v(0.08 * EM);
        descriptor.font_file2(Object::File.id());
        descriptor.finish();
        let mut characters: UnicodeCmap<u16> = UnicodeCmap::new(Name(b"Characters"), ADOBE);
        for (glyph, character) in &self.used {
            characters.pair(*glyph, *character);
        }
        pdf.cmap(Object::Characters.id(), &characters.finish());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plot::ink::WORDS;
    use crate::plot::scene::text;

    /// The operators of the page.
    fn operators(file: &[u8]) -> String {
        let places = |wanted: &[u8]| file.windows(wanted.len()).position(|window| window == wanted).map(|at| at + wanted.len());
        let start = places(b"/Filter /FlateDecode\n>>\nstream\n").expect("a compressed stream");
        let bytes = miniz_oxide::inflate::decompress_to_vec_zlib(&file[start..]).unwrap_or_else(|error| error.output);
        String::from_utf8_lossy(&bytes).into_owned()
    }

    /// A square of 10 by 10 pixels in a page of 800 by 500, printed at 3/4 of a point each, y from above; and texts by their anchors.
    #[test]
    fn shapes_have_their_places() {
        let area = crate::plot::scene::Area { left: 10.0, top: 20.0, right: 20.0, bottom: 30.0 };
        let scene = [
            Shape::Rectangle { area, ink: WORDS },
            text("ρ(x)", (100.0, 50.0), 10.0, Anchor::Start, WORDS),
            text("ρ(x)", (100.0, 50.0), 10.0, Anchor::End, WORDS),
        ];
        let file = pdf(&scene, &Look::default(), 1).expect("a font");
        let text = operators(&file);
        assert!(file.starts_with(b"%PDF-1.7") && file.ends_with(b"%%EOF"));
        for wanted in ["0.75 0 0 -0.75 0 375 cm", "0 0 800 500 re", "10 20 10 10 re", "1 0 0 -1 100 52.735 Tm"] {
            assert!(text.contains(wanted), "{wanted} in {text}");
        }
        // its end is at 100: the widths of ρ, (, x and ) in DejaVu Sans are 1300, 799, 1212 and 799 of 2048
        let start = 100.0 - 10.0 * (1300.0 + 799.0 + 1212.0 + 799.0) / 2048.0;
        let found =
            text.lines().filter(|line| line.ends_with("Tm")).filter_map(|line| line.split(' ').nth(4)?.parse::<f64>().ok());
        assert!(found.clone().any(|x| (x - start).abs() < 0.01), "{start} in {:?}", found.collect::<Vec<_>>());
    }
}
