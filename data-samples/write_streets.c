#include "job.h"

#include "rng.h"
#include "spec.h"

#include <stdio.h>
#include <string.h>

static const char *const class_word[MM_STREET_CLASSES] = {"trunk", "district", "local", "drive", "foot"};

/* A GUID as the address register writes it, from a stream of its own. */
static void guid(const char *layer, int i, char ret[40])
{
	struct mm_rng rng = mm_rng_seed(layer, (uint64_t)i);
	uint64_t a = mm_rng_next(&rng), b = mm_rng_next(&rng);

	(void)snprintf(ret, 40, "%08x-%04x-4%03x-a%03x-%012llx", (unsigned)(a >> 32),
		       (unsigned)(a >> 16) & 0xffff, (unsigned)a & 0xfff, (unsigned)(b >> 52),
		       (unsigned long long)(b & 0xffffffffffff));
}

static void put_segment(struct mm_job *job, struct mm_out *out, int i)
{
	static const int lanes[MM_STREET_CLASSES] = {4, 2, 2, 1, 0},
			 speed[MM_STREET_CLASSES] = {60, 60, 40, 20, 5};
	const struct mm_seg *seg = &job->town->streets->seg[i];
	const struct mm_chain *chain = &job->town->streets->chain[seg->chain];
	struct mm_rng rng = mm_rng_seed("street-surface", (uint64_t)i);
	double u = mm_rng_unit(&rng);
	char id[40];

	mm_out_begin(out);
	mm_out_int(out, "seg_id", i + 1);
	mm_out_text(out, "name", chain->name);
	if (chain->name[0]) {
		guid("street-guid", seg->chain, id);
		mm_out_text(out, "street_guid", id);
	}
	mm_out_text(out, "class", class_word[seg->cls]);
	mm_out_int(out, "lanes", lanes[seg->cls]);
	mm_out_int(out, "oneway", seg->cls == MM_LOCAL && u > 0.96);
	mm_out_int(out, "speed", speed[seg->cls]);
	mm_out_text(out, "surface",
		    seg->cls == MM_FOOT                   ? "плитка"
		    : seg->cls <= MM_DISTRICT || u < 0.72 ? "а/б"
		    : u < 0.92                            ? "щебень"
							  : "грунт");
	mm_out_real(out, "width", mm_street_width_m(seg->cls));
	mm_out_int(out, "node_from", seg->from + 1);
	mm_out_int(out, "node_to", seg->to + 1);
	mm_out_line(out, &seg->path);
	mm_out_end(out);
	mm_expect_class(&job->planted, "streets", "class", class_word[seg->cls]);
}

static void write_segments(struct mm_job *job)
{
	static const struct mm_out_field fields[] = {
	    {"seg_id", 'i', 0, 0},    {"street_guid", 't', 36, 0}, {"name", 't', 80, 0},
	    {"class", 't', 12, 0},    {"lanes", 'i', 0, 0},        {"oneway", 'i', 0, 0},
	    {"speed", 'i', 0, 0},     {"surface", 't', 20, 0},     {"width", 'r', 0, 0},
	    {"node_from", 'i', 0, 0}, {"node_to", 'i', 0, 0},      {NULL, 0, 0, 0},
	};
	/* BOUNDS fixes MapInfo's integer grid: 40 km over 2^31 steps, far finer than a centimetre */
	static const char *const options[] = {"BOUNDS=1272000,370000,1312000,410000", "ENCODING=CP1251",
					      NULL};
	static const struct mm_out_spec spec = {"streets.tab", "MapInfo File", "streets", MM_CRS_MSK,
						wkbLineString, fields,         options,   NULL};
	struct mm_out *out = mm_out_open(job->dir, &spec);

	for (int i = 0; i < job->town->streets->segs; i++)
		put_segment(job, out, i);
	mm_out_close(out, &job->list);
	mm_expect_add(&job->planted, "streets", "features", MM_SPEC_SEGMENTS);
	mm_expect_add(&job->planted, "streets", "names", MM_SPEC_STREETS);
	mm_expect_add(&job->planted, "streets", "parts", 1);
	mm_expect_measure(&job->planted, "streets", "lipovaya_m", MM_SPEC_LIPOVAYA_M, 2);
}

static void write_rails(struct mm_job *job)
{
	static const struct mm_out_field fields[] = {
	    {"id", 'i', 0, 0}, {"kind", 't', 0, 0}, {"name", 't', 0, 0}, {NULL, 0, 0, 0}};
	static const struct mm_out_spec spec = {"railways.gpkg", "GPKG", "railways", MM_CRS_WGS84,
						wkbLineString,   fields, NULL,       NULL};
	struct mm_out *out = mm_out_open(job->dir, &spec);

	for (int i = 0; i < job->town->streets->rails; i++) {
		mm_out_begin(out);
		mm_out_int(out, "id", i + 1);
		mm_out_text(out, "kind", i ? "siding" : "main");
		mm_out_text(out, "name", i ? "подъездной путь" : "ж/д линия Светлореченск — Заводовск");
		mm_out_line(out, &job->town->streets->rail[i]);
		mm_out_end(out);
		mm_expect_add(&job->planted, "railways", "features", 1);
	}
	mm_out_close(out, &job->list);
}

static void write_bridges(struct mm_job *job)
{
	static const struct mm_out_field fields[] = {
	    {"id", 'i', 0, 0},   {"name", 't', 0, 0}, {"load_t", 'r', 0, 0},
	    {"year", 'i', 0, 0}, {NULL, 0, 0, 0},
	};
	static const struct mm_out_spec spec = {"bridges.gpkg", "GPKG", "bridges", MM_CRS_WGS84,
						wkbPolygon,     fields, NULL,      NULL};
	struct mm_out *out = mm_out_open(job->dir, &spec);

	for (int i = 0; i < 2; i++) {
		const struct mm_path *axis = &job->town->streets->bridge[i];
		struct mm_pt a = axis->p[0], b = axis->p[axis->n - 1];
		struct mm_rect deck = mm_rect_new((struct mm_pt){(a.x + b.x) / 2, (a.y + b.y) / 2},
						  mm_pt_dir(a, b), mm_pt_dist(a, b) - 24, 21);

		mm_out_begin(out);
		mm_out_int(out, "id", i + 1);
		mm_out_text(out, "name", i ? "мост Южный" : "мост Липовский");
		mm_out_real(out, "load_t", i ? 30 : 60);
		mm_out_int(out, "year", i ? 1964 : 1998);
		mm_out_rect(out, &deck);
		mm_out_end(out);
		mm_expect_add(&job->planted, "bridges", "features", 1);
	}
	mm_out_close(out, &job->list);
}

void mm_write_streets(struct mm_job *job)
{
	write_segments(job);
	write_rails(job);
	write_bridges(job);
}
