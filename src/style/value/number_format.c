#include "style/value/number_format.h"

#include "base/num.h"

#include <math.h>
#include <string.h>

#define NBSP "\xc2\xa0"
#define THIN "\xe2\x80\xaf"

static const struct locale {
	const char *language, *group, *decimal;
	bool has_symbol_first; /* "$5", not "5 $" */
	int least_grouped;     /* digits before the first group: 1 000 or 1000 */
} locales[] = {
    {"en", ",", ".", true, 1},   {"ru", NBSP, ",", false, 1}, {"de", ".", ",", false, 1},
    {"fr", THIN, ",", false, 1}, {"es", ".", ",", false, 2},  {"uk", NBSP, ",", false, 1},
    {"be", NBSP, ",", false, 1}, {"kk", NBSP, ",", false, 1}, {"pl", NBSP, ",", false, 2},
    {"it", ".", ",", false, 1},
};

static const struct currency {
	const char *code, *symbol;
	int digits;
} currencies[] = {
    {"RUB", "\xe2\x82\xbd", 2}, {"EUR", "\xe2\x82\xac", 2}, {"USD", "$", 2},
    {"JPY", "\xc2\xa5", 0},     {"GBP", "\xc2\xa3", 2},     {"KZT", "\xe2\x82\xb8", 2},
    {"UAH", "\xe2\x82\xb4", 2}, {"CNY", "CN\xc2\xa5", 2},
};

/* Short forms; those that stand close to the number have no blank before them. */
static const struct unit {
	const char *name, *english, *russian;
} units[] = {
    {"meter", " m", NBSP "м"},
    {"kilometer", " km", NBSP "км"},
    {"centimeter", " cm", NBSP "см"},
    {"millimeter", " mm", NBSP "мм"},
    {"hectare", " ha", NBSP "га"},
    {"kilometer-per-hour", " km/h", NBSP "км/ч"},
    {"meter-per-second", " m/s", NBSP "м/с"},
    {"celsius",
     "\xc2\xb0"
     "C",
     NBSP "\xc2\xb0"
	  "C"},
    {"degree", " deg", "\xc2\xb0"},
    {"percent", "%", NBSP "%"},
    {"liter", " L", NBSP "л"},
    {"gram", " g", NBSP "г"},
    {"kilogram", " kg", NBSP "кг"},
    {"byte", " byte", NBSP "Б"},
    {"kilobyte", " kB", NBSP "кБ"},
    {"megabyte", " MB", NBSP "МБ"},
    {"gigabyte", " GB", NBSP "ГБ"},
    {"second", " sec", NBSP "с"},
    {"minute", " min", NBSP "мин"},
    {"hour", " hr", NBSP "ч"},
};

static const struct locale *find_locale(const char *name)
{
	for (size_t i = 0; name && i < sizeof(locales) / sizeof(*locales); i++)
		if (strncmp(name, locales[i].language, 2) == 0 && (name[2] == '\0' || name[2] == '-'))
			return &locales[i];
	return &locales[0];
}

static const struct currency *find_currency(const char *code)
{
	for (size_t i = 0; i < sizeof(currencies) / sizeof(*currencies); i++)
		if (strcmp(code, currencies[i].code) == 0)
			return &currencies[i];
	return NULL;
}

static const struct unit *find_unit(const char *name)
{
	for (size_t i = 0; i < sizeof(units) / sizeof(*units); i++)
		if (strcmp(name, units[i].name) == 0)
			return &units[i];
	return NULL;
}

enum { DIGITS_MAX = 440 }; /* 310 before the point, 100 behind it */

/* The digits of |v|, rounded to `max` behind the point: "1234567" and 4 is 1234.567. */
struct decimal {
	char digits[DIGITS_MAX];
	int n, point;
};

static void round_up(struct decimal *d)
{
	int i = d->n - 1;

	while (i >= 0 && d->digits[i] == '9')
		d->digits[i--] = '0';
	if (i >= 0) {
		d->digits[i]++;
		return;
	}
	memmove(d->digits + 1, d->digits, (size_t)d->n);
	d->digits[0] = '1';
	d->n++;
	d->point++;
}

static void make_decimal(struct decimal *d, double v, int max)
{
	struct mm_buf b;
	bool behind = false;
	int cut;

	*d = (struct decimal){.n = 0};
	mm_buf_init(&b, DIGITS_MAX);
	mm_style_put_number(&b, fabs(v) >= 1e21 || fabs(v) < 1e-6 ? 0 : fabs(v));
	if (fabs(v) >= 1e21) { /* all digits: no fraction is left that far up */
		mm_buf_clear(&b);
		mm_buf_printf(&b, "%.0f", fabs(v));
	} else if (fabs(v) < 1e-6 && v != 0) {
		mm_buf_clear(&b);
		mm_buf_printf(&b, "%.100f", fabs(v));
	}
	for (size_t i = 0; i < b.len && d->n < DIGITS_MAX - 2; i++) {
		if (b.data[i] == '.') {
			behind = true;
			continue;
		}
		d->digits[d->n++] = (char)b.data[i];
		d->point += !behind;
	}
	mm_buf_release(&b);
	cut = d->point + max;
	if (cut < d->n) {
		const bool up = d->digits[cut] >= '5';

		d->n = cut;
		if (up)
			round_up(d);
	}
}

static void put_decimal(const struct decimal *d, const struct locale *l, int min, struct mm_buf *out)
{
	const bool grouped = d->point >= 3 + l->least_grouped;
	int n = d->n;

	while (n > d->point + min && d->digits[n - 1] == '0')
		n--;
	for (int i = 0; i < d->point; i++) {
		if (i && grouped && (d->point - i) % 3 == 0)
			mm_buf_text(out, l->group);
		mm_buf_byte(out, (unsigned char)d->digits[i]);
	}
	if (n > d->point || min > 0)
		mm_buf_text(out, l->decimal);
	for (int i = d->point; i < n || i < d->point + min; i++)
		mm_buf_byte(out, (unsigned char)(i < n ? d->digits[i] : '0'));
}

static void put_symbol(const char *currency, const struct currency *c, struct mm_buf *out)
{
	if (c)
		mm_buf_text(out, c->symbol);
	else
		mm_buf_text(out, currency);
}

const char *mm_style_format_number(const struct mm_style_number_format *f, double v, struct mm_buf *out)
{
	const struct locale *l = find_locale(f->locale);
	const struct currency *c = f->currency ? find_currency(f->currency) : NULL;
	const struct unit *u = f->unit ? find_unit(f->unit) : NULL;
	const int usual = f->currency ? (c ? c->digits : 2) : 0;
	int min = f->min_digits, max = f->max_digits;
	struct decimal d;

	if (f->unit && !u)
		return "Invalid unit argument";
	if (f->currency && strlen(f->currency) != 3)
		return "Invalid currency code";
	if (min < 0)
		min = max >= 0 && max < usual ? max : usual;
	if (max < 0)
		max = min > (f->currency ? usual : 3) ? min : f->currency ? usual : 3;
	if (max > 100 || min > max)
		return "the number of fraction digits is out of range";
	make_decimal(&d, isfinite(v) ? v : 0, max);
	if (v < 0)
		mm_buf_byte(out, '-');
	if (f->currency && l->has_symbol_first) {
		put_symbol(f->currency, c, out);
		if (!c)
			mm_buf_text(out, NBSP);
	}
	if (isfinite(v))
		put_decimal(&d, l, min, out);
	else
		mm_buf_text(out, isnan(v) ? "NaN" : "\xe2\x88\x9e");
	if (f->currency && !l->has_symbol_first) {
		mm_buf_text(out, NBSP);
		put_symbol(f->currency, c, out);
	}
	if (u)
		mm_buf_text(out, strcmp(l->language, "ru") == 0 ? u->russian : u->english);
	return NULL;
}
