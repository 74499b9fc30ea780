#include "job.h"

#include "rng.h"
#include "spec.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A free rectangle of the given size in a quarter of one of the zones, with space around it. */
static bool find_ground(struct mm_town *town, struct mm_rng *rng, const char *zones, double w, double h,
			double gap, struct mm_rect *ret)
{
	for (int tries = 0; tries < 4000; tries++) {
		int s = mm_rng_int(rng, 0, 1), c = mm_rng_int(rng, 0, mm_plan_cols(s) - 1),
		    row = mm_rng_int(rng, 0, 14);
		double a = c + mm_rng_span(rng, 0.08, 0.92), b = row + mm_rng_span(rng, 0.08, 0.92);

		if (!strchr(zones, mm_plan_zone(s, c, row)))
			continue;
		*ret = mm_rect_new(mm_plan_at(s, a, b), mm_plan_along(s, a, b), w, h);
		if (mm_ground_free(town, ret, gap, true)) {
			mm_ground_take(town, ret);
			return true;
		}
	}
	fprintf(stderr, "make-town: no room left in zones %s\n", zones);
	exit(1);
}

static void write_playgrounds(struct mm_job *job)
{
	static const struct mm_out_field fields[] = {
	    {"id", 'i', 0, 0},        {"surface", 't', 0, 0}, {"equipment", 'i', 0, 0},
	    {"inspected", 'd', 0, 0}, {"state", 't', 0, 0},   {"age_group", 't', 0, 0},
	    {NULL, 0, 0, 0},
	};
	static const struct mm_out_spec spec = {"playgrounds.gpkg", "GPKG", "playgrounds", MM_CRS_WGS84,
						wkbPolygon,         fields, NULL,          NULL};
	static const char *const surfaces[] = {"резина", "песок", "трава"}, *const ages[] = {"3-7", "7-12",
											     "12+"};
	struct mm_out *out = mm_out_open(job->dir, &spec);

	for (int i = 0; i < MM_SPEC_PLAYGROUNDS; i++) {
		struct mm_rng rng = mm_rng_seed("playground", (uint64_t)i);
		double u = mm_rng_unit(&rng);
		struct mm_rect r;

		(void)find_ground(job->town, &rng,
				  i % 9 == 0   ? "G"
				  : i % 6 == 0 ? "PQ"
					       : "MNLC",
				  mm_rng_span(&rng, 14, 28), mm_rng_span(&rng, 10, 16), 7, &r);
		mm_out_begin(out);
		mm_out_int(out, "id", i + 1);
		mm_out_text(out, "surface", surfaces[i % 3]);
		mm_out_int(out, "equipment", mm_rng_int(&rng, 3, 14));
		mm_out_time(out, "inspected", mm_rng_int(&rng, -120, -1));
		mm_out_text(out, "state", u < 0.86 ? "ok" : u < 0.95 ? "repair" : "closed");
		mm_out_text(out, "age_group", ages[i % 3]);
		mm_out_rect(out, &r);
		mm_out_end(out);
		mm_expect_add(&job->planted, "playgrounds", "features", 1);
	}
	mm_out_close(out, &job->list);
}

static void write_waste(struct mm_job *job)
{
	static const struct mm_out_field fields[] = {
	    {"id", 'i', 0, 0},        {"kind", 't', 0, 0},  {"containers", 'i', 0, 0},
	    {"volume_m3", 'r', 0, 0}, {"fence", 'b', 0, 0}, {"schedule", 't', 0, 0},
	    {"fill", 'i', 0, 0},      {NULL, 0, 0, 0},
	};
	static const struct mm_out_spec spec = {"waste_sites.gpkg", "GPKG", "waste_sites", MM_CRS_WGS84,
						wkbPoint,           fields, NULL,          NULL};
	static const char *const kinds[] = {"mixed", "separate", "bulky"};
	struct mm_out *out = mm_out_open(job->dir, &spec);

	job->waste = malloc(sizeof(*job->waste) * MM_SPEC_WASTE_SITES);
	if (!job->waste)
		abort();
	for (int i = 0; i < MM_SPEC_WASTE_SITES; i++) {
		struct mm_rng rng = mm_rng_seed("waste", (uint64_t)i);
		int containers = mm_rng_int(&rng, 1, 6);
		struct mm_rect r;

		(void)find_ground(job->town, &rng, i % 3 ? "MNLCK" : "PQ", 3 + containers * 1.2, 2.4, 5, &r);
		mm_out_begin(out);
		mm_out_int(out, "id", i + 1);
		mm_out_text(out, "kind", kinds[i % 5 < 3 ? 0 : i % 5 - 2]);
		mm_out_int(out, "containers", containers);
		mm_out_real(out, "volume_m3", containers * 1.1);
		mm_out_int(out, "fence", mm_rng_unit(&rng) < 0.75);
		mm_out_text(out, "schedule", i % 3 ? "ежедневно" : "пн, ср, пт");
		mm_out_int(out, "fill", mm_rng_int(&rng, 0, 100));
		mm_out_point(out, r.c);
		mm_out_end(out);
		job->waste[job->wastes++] = mm_pt_snap(r.c);
		mm_expect_add(&job->planted, "waste_sites", "features", 1);
		mm_expect_class(&job->planted, "waste_sites", "kind", kinds[i % 5 < 3 ? 0 : i % 5 - 2]);
	}
	mm_out_close(out, &job->list);
}

void mm_write_places(struct mm_job *job)
{
	write_playgrounds(job);
	write_waste(job);
}
