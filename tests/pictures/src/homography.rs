//! The plane-to-plane map of a camera that looks at a flat paper.

/// A point in pixels; whole numbers are the corners of pixels.
pub type Point = (f64, f64);

/// A projective map of the plane, as the rows of its matrix.
#[derive(Debug, Clone, Copy)]
pub struct Homography([f64; 9]);

impl Homography {
    /// The map that takes a `width` × `height` page to four corners: upper left, upper right, lower right, lower left.
    pub fn from_page(width: f64, height: f64, corners: [Point; 4]) -> Self {
        let [(x0, y0), (x1, y1), (x2, y2), (x3, y3)] = corners;
        let (dx1, dx2, dx3) = (x1 - x2, x3 - x2, x0 - x1 + x2 - x3);
        let (dy1, dy2, dy3) = (y1 - y2, y3 - y2, y0 - y1 + y2 - y3);
        let determinant = dx1 * dy2 - dx2 * dy1;
        let g = (dx3 * dy2 - dx2 * dy3) / determinant;
        let h = (dx1 * dy3 - dx3 * dy1) / determinant;
        Self([
            (x1 - x0 + g * x1) / width,
            (x3 - x0 + h * x3) / height,
            x0,
            (y1 - y0 + g * y1) / width,
            (y3 - y0 + h * y3) / height,
            y0,
            g / width,
            h / height,
            1.0,
        ])
    }

    pub fn inverse(&self) -> Self {
        let [a, b, c, d, e, f, g, h, i] = self.0;
        Self([
            e * i - f * h,
            c * h - b * i,
            b * f - c * e,
            f * g - d * i,
            a * i - c * g,
            c * d - a * f,
            d * h - e * g,
            b * g - a * h,
            a * e - b * d,
        ])
    }

    pub fn map(&self, (x, y): Point) -> Point {
        let [a, b, c, d, e, f, g, h, i] = self.0;
        let depth = g * x + h * y + i;
        ((a * x + b * y + c) / depth, (d * x + e * y + f) / depth)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn corners_come_from_the_page_and_go_back_to_it() {
        let corners = [(100.0, 80.0), (900.0, 120.0), (870.0, 700.0), (60.0, 640.0)];
        let map = Homography::from_page(1400.0, 990.0, corners);
        let page = [(0.0, 0.0), (1400.0, 0.0), (1400.0, 990.0), (0.0, 990.0)];
        for (corner, of_page) in corners.iter().zip(page) {
            let (there, back) = (map.map(of_page), map.inverse().map(*corner));
            assert!((there.0 - corner.0).abs() < 1e-6 && (there.1 - corner.1).abs() < 1e-6);
            assert!((back.0 - of_page.0).abs() < 1e-6 && (back.1 - of_page.1).abs() < 1e-6);
        }
    }
}
