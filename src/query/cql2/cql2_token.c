#include "query/cql2/cql2_parser.h"

#include "base/num.h"
#include "base/text.h"

#include <math.h>
#include <string.h>
#include <strings.h>

/* Tokens of CQL2 text (OGC 21-065r2, cql2.bnf). */

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '\f' || c == '\v';
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Letters of every script: identifierStart of the grammar, which leaves out signs and blanks. */
static bool starts_name(uint32_t c)
{
	static const struct {
		uint32_t first, last;
	} ranges[] = {{'A', 'Z'},       {'a', 'z'},       {':', ':'},       {'_', '_'},
		      {0xc0, 0xd6},     {0xd8, 0xf6},     {0xf8, 0x2ff},    {0x370, 0x37d},
		      {0x37f, 0x1ffe},  {0x200c, 0x200d}, {0x2070, 0x218f}, {0x2c00, 0x2fef},
		      {0x3001, 0xd7ff}, {0xf900, 0xfdcf}, {0xfdf0, 0xfffd}, {0x10000, 0xeffff}};

	for (size_t i = 0; i < sizeof(ranges) / sizeof(ranges[0]); i++)
		if (c >= ranges[i].first && c <= ranges[i].last)
			return true;
	return false;
}

static bool continues_name(uint32_t c)
{
	return starts_name(c) || c == '.' || (c >= '0' && c <= '9') || (c >= 0x300 && c <= 0x36f) ||
	       c == 0x203f || c == 0x2040;
}

static size_t name_length(const char *s)
{
	const size_t n = strlen(s);
	size_t at = 0, end = 0;

	while (at < n) {
		const uint32_t c = mm_text_utf8_next(s, n, &at);

		if (end ? !continues_name(c) : !starts_name(c))
			break;
		end = at;
	}
	return end;
}

static bool keep(struct mm_filter_maker *m, struct mm_token *t, const char *text, size_t n)
{
	t->text = mm_arena_text(m->mem, text, n);
	t->text_len = n;
	if (!t->text)
		(void)mm_filter_fail_nomem(m);
	return t->text != NULL;
}

/* A quote stands doubled, or in a text behind a backslash. */
static bool read_quoted(struct mm_filter_maker *m, const char *s, char quote, struct mm_token *t)
{
	char *text = mm_arena_alloc(m->mem, strlen(s) + 1);
	size_t n = 0, i = 1;

	if (!text) {
		(void)mm_filter_fail_nomem(m);
		return false;
	}
	for (;; i++) {
		if (!s[i]) {
			(void)mm_filter_fail(m, t->at, "the quote is not closed");
			return false;
		}
		if (s[i] == quote && s[i + 1] != quote)
			break;
		i += s[i] == quote || (quote == '\'' && s[i] == '\\' && s[i + 1] == '\'');
		text[n++] = s[i];
	}
	t->kind = quote == '"' ? MM_TOKEN_QUOTED : MM_TOKEN_TEXT;
	t->len = i + 1;
	t->text = text;
	t->text_len = n;
	return true;
}

static size_t number_length(const char *s)
{
	size_t n = 0, e;

	while (is_digit(s[n]))
		n++;
	if (s[n] == '.')
		for (n++; is_digit(s[n]);)
			n++;
	e = n + 1;
	if (s[n] != 'e' && s[n] != 'E')
		return n;
	e += s[e] == '+' || s[e] == '-';
	if (!is_digit(s[e]))
		return n;
	while (is_digit(s[e]))
		e++;
	return e;
}

static bool read_number(struct mm_filter_maker *m, const char *s, struct mm_token *t)
{
	t->kind = MM_TOKEN_NUMBER;
	t->len = number_length(s);
	t->is_int = mm_num_parse_int(s, t->len, &t->integer);
	if (mm_num_parse(s, t->len, &t->real) && isfinite(t->real))
		return true;
	(void)mm_filter_fail(m, t->at, "\"%.*s\" is not a number", t->len < 40 ? (int)t->len : 40, s);
	return false;
}

static bool read_sign(struct mm_filter_maker *m, const char *s, struct mm_token *t)
{
	static const char *const two[] = {"<>", "<=", ">="};

	t->kind = MM_TOKEN_SIGN;
	t->len = 1;
	for (size_t i = 0; i < sizeof(two) / sizeof(two[0]); i++)
		if (strncmp(s, two[i], 2) == 0)
			t->len = 2;
	if (strchr("=<>()+-*/%^,", s[0]))
		return keep(m, t, s, t->len);
	if (s[0] == '!' && s[1] == '=')
		(void)mm_filter_fail(m, t->at, "write <> for what is not equal");
	(void)mm_filter_fail(m, t->at, "unexpected \"%.*s\"", (int)mm_text_utf8_cut(s, strlen(s), 4), s);
	return false;
}

/* What begins at `s`; false: nothing that may. */
static bool read_token(struct mm_filter_maker *m, const char *s, struct mm_token *t)
{
	t->len = name_length(s);
	if (t->len) {
		t->kind = MM_TOKEN_NAME;
		return keep(m, t, s, t->len);
	}
	if (*s == '"' || *s == '\'')
		return read_quoted(m, s, *s, t);
	if (is_digit(*s) || (*s == '.' && is_digit(s[1])))
		return read_number(m, s, t);
	return read_sign(m, s, t);
}

bool mm_token_next(struct mm_filter_maker *m, size_t *at, struct mm_token *ret)
{
	while (is_blank(m->source[*at]))
		++*at;
	*ret = (struct mm_token){.at = *at};
	if (!m->source[*at])
		return true;
	if (!read_token(m, m->source + *at, ret)) {
		*ret = (struct mm_token){.at = *at}; /* an end, for those who look at it all the same */
		return false;
	}
	*at += ret->len;
	return true;
}

bool mm_token_is(const struct mm_token *t, const char *word)
{
	return (t->kind == MM_TOKEN_NAME || t->kind == MM_TOKEN_SIGN) && strcasecmp(t->text, word) == 0;
}
