#include "job.h"

#include "rng.h"
#include "spec.h"

#include <cpl_conv.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

static const char *const purpose_word[MM_PURPOSES] = {"mkd", "izhs", "public", "industrial", "other"};

static void put_building(struct mm_job *job, struct mm_out *out, int i)
{
	const struct mm_building *b = &job->town->building[i];
	const struct mm_streets *s = job->town->streets;
	struct mm_rng rng = mm_rng_seed("building-card", (uint64_t)i);
	char day[24];

	mm_out_begin(out);
	mm_out_format(out, "CAD_NO", "00:20:0010%03d:%d", b->quarter, b->serial);
	mm_out_text(out, "PURPOSE", purpose_word[b->purpose]);
	mm_out_int(out, "FLOORS", b->floors);
	mm_out_real(out, "HEIGHT", b->floors * (b->purpose == MM_INDUSTRIAL ? 6.0 : 3.0) + 1.5);
	mm_out_int(out, "YEAR", b->year);
	mm_out_text(out, "WALL", b->wall);
	mm_out_int(out, "FLATS", b->flats);
	mm_out_int(out, "RESIDENTS", b->residents);
	mm_out_real(out, "AREA_M2", round(fabs(mm_path_area(&b->ring)) * 10) / 10);
	mm_out_text(out, "NUMBER", b->number);
	if (b->number[0])
		mm_out_format(out, "ADDRESS", "%s, %s", s->chain[b->chain].name, b->number);
	mm_day_text(mm_rng_int(&rng, -9000, -30), day);
	mm_out_text(out, "REG_DATE", day);
	mm_out_ring(out, &b->ring);
	mm_out_end(out);
	mm_expect_class(&job->planted, "buildings", "purpose", purpose_word[b->purpose]);
}

/* As such files come by mail: no .prj, no .cpg, and a language byte of zero in the table's header. */
static void strip(const char *dir)
{
	static const char *const side[] = {"prj", "cpg"};
	char path[4096];
	FILE *f;

	for (int i = 0; i < 2; i++) {
		(void)snprintf(path, sizeof(path), "%s/buildings.%s", dir, side[i]);
		(void)remove(path);
	}
	(void)snprintf(path, sizeof(path), "%s/buildings.dbf", dir);
	f = fopen(path, "r+b");
	if (f) {
		(void)fseek(f, 29, SEEK_SET);
		(void)fputc(0, f);
		(void)fclose(f);
	}
}

void mm_write_buildings(struct mm_job *job)
{
	static const struct mm_out_field fields[] = {
	    {"CAD_NO", 't', 24, 0}, {"PURPOSE", 't', 12, 0},  {"FLOORS", 'i', 3, 0},
	    {"HEIGHT", 'r', 7, 1},  {"YEAR", 'i', 4, 0},      {"WALL", 't', 16, 0},
	    {"FLATS", 'i', 5, 0},   {"RESIDENTS", 'i', 5, 0}, {"AREA_M2", 'r', 10, 1},
	    {"NUMBER", 't', 16, 0}, {"ADDRESS", 't', 100, 0}, {"REG_DATE", 't', 10, 0},
	    {NULL, 0, 0, 0},
	};
	static const char *const options[] = {"ENCODING=CP1251", "DBF_DATE_LAST_UPDATE=2026-06-15", NULL};
	static const struct mm_out_spec spec = {"buildings.shp", "ESRI Shapefile", "buildings", MM_CRS_MSK,
						wkbPolygon,      fields,           options,     NULL};
	struct mm_out *out = mm_out_open(job->dir, &spec);

	for (int i = 0; i < job->town->buildings; i++)
		if (job->town->building[i].kept)
			put_building(job, out, i);
	mm_out_close(out, &job->list);
	strip(job->dir);
	mm_expect_add(&job->planted, "buildings", "features", MM_SPEC_BUILDINGS);
	mm_expect_add(&job->planted, "buildings", "residents", MM_SPEC_RESIDENTS);
	mm_expect_add(&job->planted, "buildings", "different_cad_no", MM_SPEC_BUILDINGS);
	mm_expect_add(&job->planted, "buildings", "on_streets", 0);
	mm_expect_add(&job->planted, "buildings", "in_water", 0);
	mm_expect_add(&job->planted, "buildings", "on_rails", 0);
	mm_expect_add(&job->planted, "buildings", "overlapping", 0);
	mm_expect_add(&job->planted, "buildings", "outside_municipality", 0);
}
