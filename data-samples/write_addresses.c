#include "job.h"

#include "rng.h"
#include "spec.h"

#include <cpl_string.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A coordinate as Russian tables have it: two decimals after a comma. */
static void comma(double value, char ret[32])
{
	long long cm = llround(value * 100);

	(void)snprintf(ret, 32, "%lld,%02lld", cm / 100, cm % 100);
}

static void put_row(FILE *f, const struct mm_town *town, int id, const struct mm_building *b,
		    const char *number, const char *cad_no)
{
	struct mm_rng rng = mm_rng_seed("house-guid", (uint64_t)id);
	uint64_t hi = mm_rng_next(&rng), lo = mm_rng_next(&rng);
	struct mm_pt p = mm_pt_snap(b->box.c);
	char north[32], east[32], line[512], *text;

	comma(390000 + p.y, north);
	comma(1292000 + p.x, east);
	(void)snprintf(line, sizeof(line), "%d;%08x-%04x-4%03x-b%03x-%012llx;%s;%s;%06d;%s;%s;%s\r\n", id,
		       (unsigned)(hi >> 32), (unsigned)(hi >> 16) & 0xffff, (unsigned)hi & 0xfff,
		       (unsigned)(lo >> 52), (unsigned long long)(lo & 0xffffffffffff),
		       town->streets->chain[b->chain].name, number,
		       399000 + mm_plan_district(b->sheet, b->col, b->row), cad_no, north, east);
	text = CPLRecode(line, "UTF-8", "CP1251");
	(void)fputs(text, f);
	CPLFree(text);
}

/* The neighbour's number with a fraction: lots that are staked out but not built on. */
static int put_vacant(FILE *f, const struct mm_town *town, int id, int wanted)
{
	for (int i = 0; i < town->buildings && wanted; i += 2) {
		struct mm_building b = town->building[i];
		double m = 0;
		bool left = false;
		int seg;
		char number[16];

		if (b.kept || b.purpose != MM_IZHS ||
		    (seg = mm_streets_nearest(town->streets, b.box.c, &m, &left)) < 0)
			continue;
		b.chain = town->streets->seg[seg].chain;
		(void)snprintf(number, sizeof(number), "%d/%d", 1 + (int)(m / 11) * 2 + !left, 2);
		put_row(f, town, id++, &b, number, "");
		wanted--;
	}
	return wanted;
}

/* CSV with `;`, CP1251, CRLF; the column X is north and Y is east, as surveyors write them. */
void mm_write_addresses(struct mm_job *job)
{
	const struct mm_town *town = job->town;
	char path[4096], cad_no[32];
	int id = 1;
	FILE *f;

	(void)snprintf(path, sizeof(path), "%s/addresses.csv", job->dir);
	f = fopen(path, "wb");
	if (!f) {
		fprintf(stderr, "make-town: cannot write %s\n", path);
		exit(1);
	}
	(void)fputs("id;house_guid;street;number;postcode;cad_no;X;Y\r\n", f);
	for (int i = 0; i < town->buildings; i++) {
		const struct mm_building *b = &town->building[i];

		if (!b->kept || !b->number[0])
			continue;
		(void)snprintf(cad_no, sizeof(cad_no), "00:20:0010%03d:%d", b->quarter, b->serial);
		put_row(f, town, id++, b, b->number, cad_no);
	}
	if (put_vacant(f, town, id, MM_SPEC_ADDRESSES - id + 1) || fclose(f)) {
		fprintf(stderr, "make-town: addresses.csv: not %d rows\n", MM_SPEC_ADDRESSES);
		exit(1);
	}
	mm_expect_add(&job->planted, "addresses", "features", MM_SPEC_ADDRESSES);
	mm_expect_add(&job->planted, "addresses", "outside_the_frame", 0);
	mm_expect_add(&job->planted, "addresses", "without_building", MM_SPEC_ADDRESSES - (id - 1));
	(void)snprintf(job->list.item[job->list.n].file, sizeof(job->list.item[0].file), "addresses.csv");
	job->list.item[job->list.n++].features = MM_SPEC_ADDRESSES;
}
