#ifndef MM_TOWN_JOB_H
#define MM_TOWN_JOB_H

#include "expect.h"
#include "out.h"
#include "town.h"

/* One run: the town, where its files go, what was planted in them. */
struct mm_job {
	struct mm_town *town;
	const char *dir;
	struct mm_out_list list;
	struct mm_expect planted;
	OGRGeometryH municipality; /* M1 in local metres, with its exclave and hole */
	OGRGeometryH district[10]; /* 1..9, cut to the municipality */
	struct mm_pt *crossing;    /* places of the 186 crossings */
	int crossings;
	struct mm_pt *manhole;    /* places of the 7 400 manholes */
	const char **manhole_net; /* their networks: К В Л Т С */
	int manholes;
	struct mm_pt *waste; /* places of the 226 waste sites */
	int wastes;
	struct mm_pt open_cover[8]; /* five without a permit, then three with one */
};

/* The writers, a file each; the order is that of main.c. */
void mm_write_bounds(struct mm_job *job);
void mm_write_nature(struct mm_job *job);
void mm_write_streets(struct mm_job *job);
void mm_write_buildings(struct mm_job *job);
void mm_write_addresses(struct mm_job *job);
void mm_write_sites(struct mm_job *job);
void mm_write_transport(struct mm_job *job);
void mm_write_lights(struct mm_job *job);
void mm_write_networks(struct mm_job *job);
void mm_write_sensors(struct mm_job *job);
void mm_write_cameras(struct mm_job *job);
void mm_write_places(struct mm_job *job);
void mm_write_projects(struct mm_job *job);
void mm_write_permits(struct mm_job *job);
void mm_write_ortho(struct mm_job *job); /* a picture of what the others have written */
void mm_write_anomalies(struct mm_job *job);

/* Re-reads every file by GDAL and counts again, on its own; see check.c. */
void mm_check_files(const char *dir, struct mm_expect *found);

#endif
