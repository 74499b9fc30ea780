#include "job.h"

#include "rng.h"
#include "spec.h"
#include "spots.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* The most important class of street that meets a node. */
static int node_class(const struct mm_streets *s, int node)
{
	int best = MM_STREET_CLASSES;

	for (int i = 0; i < s->segs; i++)
		if ((s->seg[i].from == node || s->seg[i].to == node) && s->seg[i].cls < best)
			best = s->seg[i].cls;
	return best;
}

/* A crossing lies 12 m from a junction, across a street a car drives on. */
static void collect_crossings(const struct mm_town *town, struct mm_spots *spots)
{
	const struct mm_streets *s = town->streets;

	for (int i = 0; i < s->segs; i++) {
		const struct mm_seg *seg = &s->seg[i];
		double len = mm_path_length(&seg->path);

		if (seg->cls > MM_LOCAL || len < 60 || len > 600)
			continue;
		for (int end = 0; end < 2; end++) {
			int node = end ? seg->to : seg->from;
			struct mm_spot spot = {.seg = i, .kind = seg->cls};

			if (s->node[node].degree < 3 || node_class(s, node) > MM_DISTRICT)
				continue;
			spot.p = mm_path_at(&seg->path, end ? len - 12 : 12, &spot.dir);
			spot.order =
			    (uint64_t)seg->cls << 60 | mm_rng_rank("crossing", (uint64_t)(i * 2 + end)) >> 4;
			if (hypot(spot.p.x, spot.p.y) < 3400)
				mm_spots_add(spots, spot);
		}
	}
}

static double nearest_school_m(const struct mm_town *town, struct mm_pt p)
{
	double best = INFINITY;

	for (int i = 0; i < town->sites; i++)
		if (town->site[i].kind <= MM_SITE_KINDERGARTEN)
			best = fmin(best, mm_rect_pt_dist(&town->site[i].parcel, p));
	return best;
}

static void put_crossing(struct mm_job *job, struct mm_out *out, int id, struct mm_pt p, int seg,
			 const char *kind)
{
	const struct mm_streets *s = job->town->streets;
	struct mm_rng rng = mm_rng_seed("crossing-card", (uint64_t)id);

	mm_out_begin(out);
	mm_out_int(out, "id", id);
	mm_out_text(out, "kind", kind);
	mm_out_text(out, "street", s->chain[s->seg[seg].chain].name);
	mm_out_int(out, "light", mm_rng_unit(&rng) < 0.82);
	mm_out_int(out, "near_school", nearest_school_m(job->town, p) < 150);
	mm_out_point(out, p);
	mm_out_end(out);
	mm_expect_add(&job->planted, "crossings", "features", 1);
	mm_expect_class(&job->planted, "crossings", "kind", kind);
}

static void collect_signals(const struct mm_streets *s, struct mm_spots *spots)
{
	for (int n = 0; n < s->nodes; n++) {
		int busy = 0, seg = -1;

		for (int i = 0; i < s->segs; i++)
			if (s->seg[i].from == n || s->seg[i].to == n) {
				busy += s->seg[i].cls == MM_TRUNK ? 3 : s->seg[i].cls == MM_DISTRICT ? 2 : 0;
				seg = i;
			}
		if (busy >= 8 && s->node[n].degree >= 3 && hypot(s->node[n].p.x, s->node[n].p.y) < 3000)
			mm_spots_add(spots,
				     (struct mm_spot){.p = s->node[n].p,
						      .seg = seg,
						      .order = ((uint64_t)(20 - busy) << 56) + (uint64_t)n});
	}
}

static void write_crossings(struct mm_job *job)
{
	static const struct mm_out_field fields[] = {
	    {"id", 'i', 0, 0},    {"kind", 't', 0, 0},        {"street", 't', 0, 0},
	    {"light", 'b', 0, 0}, {"near_school", 'b', 0, 0}, {NULL, 0, 0, 0},
	};
	static const char *const options[] = {"COORDINATE_PRECISION=9", NULL};
	static const struct mm_out_spec spec = {
	    "crossings.geojson", "GeoJSON", "crossings", MM_CRS_WGS84, wkbPoint, fields, options, NULL};
	struct mm_out *out = mm_out_open(job->dir, &spec);
	struct mm_spots spots = {0}, signals = {0};

	collect_crossings(job->town, &spots);
	mm_spots_spread(&spots, 70);
	mm_spots_keep(&spots, MM_SPEC_CROSSINGS, "crossings");
	collect_signals(job->town->streets, &signals);
	mm_spots_keep(&signals, MM_SPEC_SIGNALS, "traffic lights");
	job->crossing = malloc(sizeof(*job->crossing) * MM_SPEC_CROSSINGS);
	if (!job->crossing)
		abort();
	for (int i = 0; i < spots.n; i++) {
		bool signal = !mm_spots_apart(&signals, spots.spot[i].p, 40) ||
			      (spots.spot[i].kind == MM_TRUNK && i % 3 == 0);

		job->crossing[job->crossings++] = spots.spot[i].p;
		put_crossing(job, out, i + 1, spots.spot[i].p, spots.spot[i].seg,
			     signal ? "regulated" : "unregulated");
	}
	for (int i = 0; i < signals.n; i++)
		put_crossing(job, out, 1001 + i, signals.spot[i].p, signals.spot[i].seg, "signal");
	mm_spots_free(&spots);
	mm_spots_free(&signals);
	mm_out_close(out, &job->list);
}

/* Both sides of the larger streets, every 380 m or so, the far side a little further on. */
static void collect_stops(const struct mm_town *town, struct mm_spots *spots)
{
	const struct mm_streets *s = town->streets;

	for (int i = 0; i < s->segs; i++) {
		const struct mm_seg *seg = &s->seg[i];
		double len = mm_path_length(&seg->path), step = seg->cls == MM_LOCAL ? 520 : 380;

		if (seg->cls > MM_LOCAL || !s->chain[seg->chain].name[0] ||
		    s->chain[seg->chain].length_m < 1400)
			continue;
		for (double m = ceil(seg->start_m / step) * step; m < seg->start_m + len; m += step)
			for (int side = -1; side <= 1; side += 2) {
				struct mm_spot spot = {.seg = i, .kind = side};
				double at = fmin(len - 20, fmax(20, m - seg->start_m + side * 18));

				spot.p = mm_path_at(&seg->path, at, &spot.dir);
				spot.p = mm_pt_move(spot.p, spot.dir, 0,
						    side * (mm_street_width_m(seg->cls) / 2 + 2.5));
				spot.order =
				    (uint64_t)seg->cls << 60 |
				    mm_rng_rank("stop", (uint64_t)(i * 8 + (int)(m / step) % 4)) >> 4;
				if (hypot(spot.p.x, spot.p.y) < 3600)
					mm_spots_add(spots, spot);
			}
	}
}

/* A stop is called after what stands by it, else after the next street that crosses. */
static void stop_name(const struct mm_town *town, const struct mm_spot *spot, struct mm_out *out)
{
	static const char *const what[MM_SITE_KINDS] = {"",
							"Школа № %d",
							"Детский сад № %d",
							"Поликлиника № %d",
							"Пожарная часть № %d",
							"Отдел полиции № %d",
							"Спорткомплекс № %d",
							"Дом культуры № %d"};
	const struct mm_streets *s = town->streets;
	const struct mm_seg *own = &s->seg[spot->seg];
	const struct mm_seg *best = own;

	for (int i = 0; i < town->sites; i++)
		if (mm_pt_dist(town->site[i].parcel.c, spot->p) < 130) {
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
			mm_out_format(out, "name", what[town->site[i].kind], town->site[i].no);
#pragma GCC diagnostic pop
			return;
		}
	for (int i = 0; i < s->segs; i++)
		if ((s->seg[i].from == own->to || s->seg[i].to == own->to || s->seg[i].from == own->from ||
		     s->seg[i].to == own->from) &&
		    s->chain[s->seg[i].chain].name[0] && s->seg[i].chain != own->chain)
			best = &s->seg[i];
	mm_out_text(out, "name", s->chain[best->chain].name);
}

static void write_stops(struct mm_job *job)
{
	static const struct mm_out_field fields[] = {
	    {"id", 'i', 0, 0},        {"name", 't', 0, 0},           {"street", 't', 0, 0},
	    {"platform", 't', 0, 0},  {"shelter", 'b', 0, 0},        {"board", 'b', 0, 0},
	    {"low_floor", 'b', 0, 0}, {"passengers_day", 'i', 0, 0}, {NULL, 0, 0, 0},
	};
	static const struct mm_out_spec spec = {"stops.gpkg", "GPKG", "stops", MM_CRS_WGS84,
						wkbPoint,     fields, NULL,    NULL};
	struct mm_out *out = mm_out_open(job->dir, &spec);
	struct mm_spots spots = {0};

	collect_stops(job->town, &spots);
	mm_spots_spread(&spots, 25);
	mm_spots_keep(&spots, MM_SPEC_STOPS, "stops");
	for (int i = 0; i < spots.n; i++) {
		const struct mm_spot *spot = &spots.spot[i];
		struct mm_rng rng = mm_rng_seed("stop-card", (uint64_t)i);
		const struct mm_streets *s = job->town->streets;

		mm_out_begin(out);
		mm_out_int(out, "id", i + 1);
		stop_name(job->town, spot, out);
		mm_out_text(out, "street", s->chain[s->seg[spot->seg].chain].name);
		mm_out_text(out, "platform", spot->kind > 0 ? "А" : "Б");
		mm_out_int(out, "shelter", mm_rng_unit(&rng) < 0.7);
		mm_out_int(out, "board", mm_rng_unit(&rng) < 0.28);
		mm_out_int(out, "low_floor", mm_rng_unit(&rng) < 0.4);
		mm_out_int(out, "passengers_day", mm_rng_int(&rng, 4, 160) * 10);
		mm_out_point(out, spot->p);
		mm_out_end(out);
		mm_expect_add(&job->planted, "stops", "features", 1);
	}
	mm_spots_free(&spots);
	mm_out_close(out, &job->list);
}

void mm_write_transport(struct mm_job *job)
{
	write_crossings(job);
	write_stops(job);
}
