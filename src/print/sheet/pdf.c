#include "print/sheet/pdf.h"

#include "base/text.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TAIL = 64, ENTRY = 20, LINE_MAX_BYTES = 64 };

/* Text that goes into the file at a place. */
struct insert {
	size_t at;
	char *text;
	size_t n;
};

struct mm_pdf {
	struct mm_buf *file;
	size_t xref;    /* where the table of objects begins */
	size_t entries; /* where its entries do */
	unsigned size;  /* objects of the file */
	const char *trailer;
	struct insert *insert;
	size_t insert_count, insert_cap;
	char **added; /* dictionaries of objects behind those of the file */
	size_t added_count;
};

/* ---- reading ---- */

static const char *find(const struct mm_buf *b, size_t from, const char *text)
{
	return from < b->len ? memmem(b->data + from, b->len - from, text, strlen(text)) : NULL;
}

static bool read_table(struct mm_pdf *p)
{
	const struct mm_buf *b = p->file;
	const char *at = find(b, b->len > TAIL ? b->len - TAIL : 0, "startxref");
	unsigned first = 0;
	int used = 0;
	char head[LINE_MAX_BYTES];

	if (!at || sscanf(at, "startxref %zu", &p->xref) != 1 || p->xref + sizeof(head) > b->len)
		return false;
	memcpy(head, b->data + p->xref, sizeof(head) - 1);
	head[sizeof(head) - 1] = 0;
	if (sscanf(head, "xref %u %u%n", &first, &p->size, &used) != 2 || first != 0 || !used)
		return false;
	p->entries = p->xref + (size_t)used + 1;
	p->trailer = find(b, p->entries, "trailer");
	return p->trailer && p->entries + (size_t)p->size * ENTRY <= b->len;
}

enum mm_code mm_pdf_open(struct mm_buf *file, struct mm_pdf **ret, struct mm_err *reterr)
{
	struct mm_pdf *p = calloc(1, sizeof(*p));

	mm_buf_byte(file, 0); /* searched as a text */
	if (!p || file->failed) {
		free(p);
		return mm_fail_nomem(reterr);
	}
	file->len--;
	p->file = file;
	if (!read_table(p)) {
		(void)mm_pdf_free(p);
		return mm_fail(reterr, MM_E_INTERNAL, "",
			       "the PDF has no table of objects where it should be");
	}
	*ret = p;
	return MM_OK;
}

struct mm_pdf *mm_pdf_free(struct mm_pdf *p)
{
	if (!p)
		return NULL;
	for (size_t i = 0; i < p->insert_count; i++)
		free(p->insert[i].text);
	for (size_t i = 0; i < p->added_count; i++)
		free(p->added[i]);
	free(p->insert);
	free(p->added);
	free(p);
	return NULL;
}

/* Where an object of the file begins; 0: there is none of that number. */
static size_t offset_of(const struct mm_pdf *p, unsigned number)
{
	const char *entry = (const char *)p->file->data + p->entries + (size_t)number * ENTRY;
	size_t at = 0;

	if (number >= p->size || entry[17] != 'n' || sscanf(entry, "%10zu", &at) != 1 || at >= p->file->len)
		return 0;
	return at;
}

/* An object, from its first "<<" on; NULL: none. */
static const char *object(const struct mm_pdf *p, unsigned number)
{
	const size_t at = offset_of(p, number);

	return at ? find(p->file, at, "<<") : NULL;
}

/* What follows a key of an object; NULL: it has none. */
static const char *member(const char *object, const char *key)
{
	const char *end = object ? strstr(object, "endobj") : NULL, *at = object ? strstr(object, key) : NULL;

	return at && end && at < end ? at + strlen(key) : NULL;
}

static unsigned reference(const char *object, const char *key)
{
	const char *at = member(object, key);
	unsigned number = 0;

	return at && sscanf(at, " %u 0 R", &number) == 1 ? number : 0;
}

unsigned mm_pdf_root(const struct mm_pdf *p)
{
	const char *at = strstr(p->trailer, "/Root");
	unsigned number = 0;

	return at && sscanf(at, "/Root %u 0 R", &number) == 1 ? number : 0;
}

unsigned mm_pdf_page(const struct mm_pdf *p, unsigned sheet)
{
	const char *at = member(object(p, reference(object(p, mm_pdf_root(p)), "/Pages")), "/Kids");
	unsigned number = 0;

	at = at ? strchr(at, '[') : NULL;
	for (unsigned i = 0; at && i < sheet; i++) {
		int used = 0;

		if (sscanf(at + 1, " %u 0 R%n", &number, &used) != 1 || !used)
			return 0;
		at += used;
	}
	return number;
}

static int by_number(const void *a, const void *b)
{
	const unsigned *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

/* cairo numbers them as they are drawn. */
size_t mm_pdf_drawings(const struct mm_pdf *p, unsigned page, unsigned *ret, size_t most)
{
	const char *at = member(object(p, reference(object(p, page), "/Resources")), "/XObject"),
		   *end = at ? strstr(at, ">>") : NULL;
	size_t n = 0;

	while (at && end && n < most && (at = strstr(at, "/x")) != NULL && at < end) {
		unsigned name, number;

		if (sscanf(at, "/x%u %u 0 R", &name, &number) == 2)
			ret[n++] = number;
		at += 2;
	}
	qsort(ret, n, sizeof(*ret), by_number);
	return n;
}

/* ---- writing ---- */

static char *copy(const struct mm_buf *text)
{
	return text->failed ? NULL : strndup(text->data ? (const char *)text->data : "", text->len);
}

bool mm_pdf_extend(struct mm_pdf *p, unsigned number, const struct mm_buf *members)
{
	const char *at = object(p, number);
	char *text = at ? copy(members) : NULL;

	if (p->insert_count == p->insert_cap && text) {
		const size_t cap = 2 * p->insert_cap + 64;
		struct insert *next = realloc(p->insert, cap * sizeof(*next));

		if (!next) {
			free(text);
			return false;
		}
		p->insert = next;
		p->insert_cap = cap;
	}
	if (!text)
		return false;
	p->insert[p->insert_count++] =
	    (struct insert){(size_t)(at - (const char *)p->file->data) + 2, text, members->len};
	return true;
}

unsigned mm_pdf_add(struct mm_pdf *p, const struct mm_buf *dictionary)
{
	char **next = realloc(p->added, (p->added_count + 1) * sizeof(char *));
	char *text = next ? copy(dictionary) : NULL;

	if (next)
		p->added = next;
	if (!text)
		return 0;
	p->added[p->added_count++] = text;
	return p->size + (unsigned)p->added_count - 1;
}

static int by_place(const void *a, const void *b)
{
	const struct insert *x = a, *y = b;

	return (x->at > y->at) - (x->at < y->at);
}

/* Where a place of the old file is in the new one. */
static size_t moved(const struct mm_pdf *p, size_t at)
{
	size_t by = 0;

	for (size_t i = 0; i < p->insert_count && p->insert[i].at <= at; i++)
		by += p->insert[i].n;
	return at + by;
}

static void put_objects(const struct mm_pdf *p, struct mm_buf *out)
{
	size_t from = 0;

	for (size_t i = 0; i < p->insert_count; i++) {
		mm_buf_put(out, p->file->data + from, p->insert[i].at - from);
		mm_buf_put(out, p->insert[i].text, p->insert[i].n);
		from = p->insert[i].at;
	}
	mm_buf_put(out, p->file->data + from, p->xref - from);
}

static void put_table(const struct mm_pdf *p, const size_t *added_at, struct mm_buf *out)
{
	mm_buf_printf(out, "xref\n0 %zu\n", p->size + p->added_count);
	for (unsigned i = 0; i < p->size; i++) {
		const size_t at = offset_of(p, i);

		if (at)
			mm_buf_printf(out, "%010zu 00000 n \n", moved(p, at));
		else
			mm_buf_put(out, p->file->data + p->entries + (size_t)i * ENTRY, ENTRY);
	}
	for (size_t i = 0; i < p->added_count; i++)
		mm_buf_printf(out, "%010zu 00000 n \n", added_at[i]);
}

enum mm_code mm_pdf_write(struct mm_pdf *p, struct mm_err *reterr)
{
	const char *info = strstr(p->trailer, "/Info");
	size_t *added_at = calloc(p->added_count + 1, sizeof(*added_at)), xref;
	unsigned number = 0;
	struct mm_buf out;

	if (!added_at)
		return mm_fail_nomem(reterr);
	if (p->insert_count)
		qsort(p->insert, p->insert_count, sizeof(*p->insert), by_place);
	mm_buf_init(&out, p->file->max);
	put_objects(p, &out);
	for (size_t i = 0; i < p->added_count; i++) {
		added_at[i] = out.len;
		mm_buf_printf(&out, "%zu 0 obj\n", p->size + i);
		mm_buf_text(&out, p->added[i]);
		mm_buf_text(&out, "\nendobj\n");
	}
	xref = out.len;
	put_table(p, added_at, &out);
	mm_buf_printf(&out, "trailer\n<< /Size %zu\n   /Root %u 0 R\n", p->size + p->added_count,
		      mm_pdf_root(p));
	if (info && sscanf(info, "/Info %u 0 R", &number) == 1)
		mm_buf_printf(&out, "   /Info %u 0 R\n", number);
	mm_buf_printf(&out, ">>\nstartxref\n%zu\n%%%%EOF\n", xref);
	free(added_at);
	if (out.failed) {
		mm_buf_release(&out);
		return mm_fail(reterr, MM_E_LIMIT, "", "the plan is too large: take a smaller sheet");
	}
	mm_buf_release(p->file);
	*p->file = out;
	return MM_OK;
}

void mm_pdf_put_text(struct mm_buf *out, const char *text)
{
	const size_t n = strlen(text);
	size_t at = 0;

	mm_buf_text(out, "<FEFF");
	while (at < n) {
		const uint32_t c = mm_text_utf8_next(text, n, &at);

		if (c < 0x10000)
			mm_buf_printf(out, "%04" PRIX32, c);
		else
			mm_buf_printf(out, "%04" PRIX32 "%04" PRIX32, 0xd800 + ((c - 0x10000) >> 10),
				      0xdc00 + ((c - 0x10000) & 0x3ff));
	}
	mm_buf_byte(out, '>');
}
