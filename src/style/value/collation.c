#include "style/value/collation.h"

#include "base/fold.h"
#include "base/text.h"

#include <string.h>

/* Languages whose texts are compared as all others are, or by a table below. */
static const char *const known[] = {"be", "da", "de", "en", "es", "et", "fi", "fr", "it", "kk",
				    "lt", "lv", "nb", "nl", "pl", "pt", "ru", "sv", "tt", "uk"};

struct letter {
	uint32_t code;
	const char *stands_for;
};

static const struct letter german[] = {{0xe4, "ae"}, {0xf6, "oe"}, {0xfc, "ue"}, {0xc4, "AE"},
				       {0xd6, "OE"}, {0xdc, "UE"}, {0, NULL}};
static const struct letter swedish[] = {{0xe5, "{"},  {0xe4, "|"}, {0xf6, "}"}, {0xc5, "["},
					{0xc4, "\\"}, {0xd6, "]"}, {0, NULL}};
/* what decomposes, and is a letter of its own all the same: short i, short u */
static const struct letter common[] = {
    {0x439, "\xd0\xb9"}, {0x45e, "\xd1\x9e"}, {0x419, "\xd0\x99"}, {0x40e, "\xd0\x8e"}, {0, NULL}};

static bool speaks(const struct mm_style_collator *c, const char *language)
{
	const size_t n = strlen(language);

	return c->locale && strncmp(c->locale, language, n) == 0 &&
	       (c->locale[n] == '\0' || c->locale[n] == '-' || c->locale[n] == '_');
}

const char *mm_style_collator_locale(const struct mm_style_collator *c)
{
	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++)
		if (speaks(c, known[i]))
			return c->locale;
	return "en";
}

static const char *find_letter(const struct letter *table, uint32_t code)
{
	for (; table && table->stands_for; table++)
		if (table->code == code)
			return table->stands_for;
	return NULL;
}

/* Letters alone, without marks; small ones, or as they are. */
static struct mm_style_value letters_of(const struct mm_style_value *v, const struct letter *tailored,
					bool as_they_are, struct mm_arena *mem)
{
	size_t n = v->n, from = 0, folded_len;
	const char *small = as_they_are ? v->text : mm_fold_case(v->text, v->n, mem, &n);
	struct mm_buf b;
	struct mm_style_value ret = mm_style_text_value("", 0);

	mm_buf_init(&b, MM_STYLE_TEXT_MAX);
	for (size_t at = 0; small && at <= n;) {
		const size_t here = at;
		const char *letter = NULL, *folded;

		if (at < n) {
			const uint32_t code = mm_text_utf8_next(small, n, &at);

			letter = find_letter(tailored, code);
			if (!letter)
				letter = find_letter(common, code);
			if (!letter)
				continue;
		}
		folded = mm_fold_accents(small + from, here - from, mem, &folded_len);
		if (folded)
			mm_buf_put(&b, folded, folded_len);
		if (!letter)
			break;
		mm_buf_text(&b, letter);
		from = at;
	}
	if (!mm_style_take(&b, mem, &ret))
		return mm_style_text_value("", 0);
	return ret;
}

static struct mm_style_value small_of(const struct mm_style_value *v, struct mm_arena *mem)
{
	size_t n;
	const char *text = mm_fold_case(v->text, v->n, mem, &n);

	return text ? mm_style_text_value(text, n) : mm_style_text_value("", 0);
}

int mm_style_collate(const struct mm_style_collator *c, const struct mm_style_value *a,
		     const struct mm_style_value *b, struct mm_arena *mem)
{
	const struct letter *tailored = speaks(c, "de")                      ? german
					: speaks(c, "sv") || speaks(c, "fi") ? swedish
									     : NULL;
	const struct mm_style_value la = letters_of(a, tailored, false, mem),
				    lb = letters_of(b, tailored, false, mem);
	int order = mm_style_value_order(&la, &lb);

	if (!order && c->minds_accents) {
		const struct mm_style_value sa = small_of(a, mem), sb = small_of(b, mem);

		order = mm_style_value_order(&sa, &sb);
	}
	if (!order && c->minds_case) { /* in the tables capitals stand before small letters */
		const struct mm_style_value sa = letters_of(a, tailored, true, mem),
					    sb = letters_of(b, tailored, true, mem);

		order = -mm_style_value_order(&sa, &sb);
	}
	return order;
}
