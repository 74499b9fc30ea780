#include "style/value/css_color.h"

#include <math.h>

/* CIE LAB and its polar form over D50, with the numbers of d3-color ("Lab and RGB", M. Bostock), which the
 * style specification means by "lab" and "hcl". */
struct lab {
	double l, a, b, alpha;
};

struct hcl {
	double h, c, l, alpha; /* h NaN: grey */
};

static const double xn = 0.96422, zn = 0.82521, t0 = 4.0 / 29, t1 = 6.0 / 29;

static double between(double from, double to, double t)
{
	return from + t * (to - from);
}

static double to_linear(double x)
{
	return x <= 0.04045 ? x / 12.92 : pow((x + 0.055) / 1.055, 2.4);
}

static double from_linear(double x)
{
	const double v = x <= 0.00304 ? 12.92 * x : 1.055 * pow(x, 1 / 2.4) - 0.055;

	return fmin(fmax(v, 0), 1);
}

static double to_lab(double t)
{
	return t > t1 * t1 * t1 ? cbrt(t) : t / (3 * t1 * t1) + t0;
}

static double from_lab(double t)
{
	return t > t1 ? t * t * t : 3 * t1 * t1 * (t - t0);
}

static struct lab lab_of(struct mm_rgba c)
{
	const double r = to_linear(c.r), g = to_linear(c.g), b = to_linear(c.b);
	const double y = to_lab(0.2225045 * r + 0.7168786 * g + 0.0606169 * b);
	const bool grey = c.r == c.g && c.g == c.b;
	const double x = grey ? y : to_lab((0.4360747 * r + 0.3850649 * g + 0.1430804 * b) / xn);
	const double z = grey ? y : to_lab((0.0139322 * r + 0.0971045 * g + 0.7141733 * b) / zn);

	return (struct lab){fmax(116 * y - 16, 0), 500 * (x - y), 200 * (y - z), c.a};
}

static struct mm_rgba rgba_of(struct lab c)
{
	const double fy = (c.l + 16) / 116;
	const double y = from_lab(fy), x = xn * from_lab(fy + c.a / 500), z = zn * from_lab(fy - c.b / 200);

	return (struct mm_rgba){from_linear(3.1338561 * x - 1.6168667 * y - 0.4906146 * z),
				from_linear(-0.9787684 * x + 1.9161415 * y + 0.033454 * z),
				from_linear(0.0719453 * x - 0.2289914 * y + 1.4052427 * z), c.alpha};
}

static struct hcl hcl_of(struct mm_rgba color)
{
	const struct lab lab = lab_of(color);
	const double c = hypot(lab.a, lab.b);
	double h = (double)NAN;

	if (c >= 0.00005) {
		h = atan2(lab.b, lab.a) * 180 / M_PI;
		if (h < 0)
			h += 360;
	}
	return (struct hcl){h, c, lab.l, lab.alpha};
}

/* The shorter way round the circle of hues; a grey takes the hue, and at black and white the chroma, of the
 * other (as chroma.js does). */
static struct mm_rgba hcl_between(struct hcl from, struct hcl to, double t)
{
	double h = 0, c = between(from.c, to.c, t);

	if (!isnan(from.h) && !isnan(to.h)) {
		double turn = to.h - from.h;

		if (turn > 180)
			turn -= 360;
		else if (turn < -180)
			turn += 360;
		h = from.h + t * turn;
	} else if (!isnan(from.h)) {
		h = from.h;
		if (to.l == 1 || to.l == 0)
			c = from.c;
	} else if (!isnan(to.h)) {
		h = to.h;
		if (from.l == 1 || from.l == 0)
			c = to.c;
	}
	h *= M_PI / 180;
	return rgba_of(
	    (struct lab){between(from.l, to.l, t), cos(h) * c, sin(h) * c, between(from.alpha, to.alpha, t)});
}

struct mm_rgba mm_rgba_between(struct mm_rgba from, struct mm_rgba to, double t, enum mm_color_space space)
{
	if (space == MM_COLOR_HCL)
		return hcl_between(hcl_of(from), hcl_of(to), t);
	if (space == MM_COLOR_LAB) {
		const struct lab a = lab_of(from), b = lab_of(to);

		return rgba_of((struct lab){between(a.l, b.l, t), between(a.a, b.a, t), between(a.b, b.b, t),
					    between(a.alpha, b.alpha, t)});
	}
	return (struct mm_rgba){between(from.r, to.r, t), between(from.g, to.g, t), between(from.b, to.b, t),
				between(from.a, to.a, t)};
}

static double hsl_part(double h, double s, double l, int n)
{
	const double k = fmod(n + h / 30, 12), a = s * fmin(l, 1 - l);

	return l - a * fmax(-1, fmin(fmin(k - 3, 9 - k), 1));
}

struct mm_rgba mm_rgba_from_hsl(double h, double s, double l, double a)
{
	h = fmod(h, 360);
	if (h < 0)
		h += 360;
	return (struct mm_rgba){hsl_part(h, s / 100, l / 100, 0), hsl_part(h, s / 100, l / 100, 8),
				hsl_part(h, s / 100, l / 100, 4), a};
}
