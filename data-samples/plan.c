#include "plan.h"

#include <math.h>
#include <string.h>

/*
 * C centre, perimeter blocks      L houses of two and three storeys   M slabs of five storeys
 * N slabs of nine storeys         P private houses, streets west-east   I industry
 * Q private houses, streets north-south
 * K shops and garages             G park   F forest   D garden plots  R meadow by the river
 * x belongs to the quarter before it (one forest quarter of double width)
 * West is drawn as on the map: its last column lies at the river.
 */
static const char west_zone[15][6] = {
    "FFFPR", "FFQPR", "FPQQP", "PPPQQ", "PPQLG", "FPQQL", "FQLMG", "FGLML",
    "FGLML", "FPQLG", "FPQPP", "PPQQP", "DPPQR", "FDPPR", "FFDPR",
};
static const char east_zone[15][8] = {
    "RPPFFII", "RQPPDII", "PQPPPII", "GQQPQII", "LLMMLKI", "CCLMMKI", "CCCMMLI", "GCCLMLI",
    "CCCLMLI", "CCLMMKI", "LPMNNKI", "GMMNNQF", "PPMNNQQ", "RPPQQPF", "RRPPFxF",
};
static const double row_m[15] = {360, 330, 345, 330, 320, 300, 310, 340, 300, 320, 350, 360, 340, 350, 370};
static const double west_m[5] = {290, 330, 310, 330, 350};
static const double east_m[7] = {280, 300, 310, 340, 340, 300, 360};

#define NORTH_Y  2480.0   /* northing of row line 0 at the river */
#define RIVER_X  (-180.0) /* mean easting of the river */
#define BANK_M   85.0     /* from the river's centre to the embankment street */
#define TURN_DEG (-6.0)   /* the whole plan is turned a little: old towns never face north */
/* The village stands on its own slight rise: one quarter drawn as two cells. */
#define VILLAGE_X 5300.0
#define VILLAGE_Y (-5250.0)

int mm_plan_cols(int sheet)
{
	static const int cols[MM_SHEETS] = {5, 7, 2};

	return cols[sheet];
}

int mm_plan_rows(int sheet)
{
	return sheet == MM_VILLAGE ? 1 : 15;
}

/* Running sum of sizes with straight continuation on both sides. */
static double ladder(const double *size, int n, double at)
{
	double sum = 0;

	if (at <= 0)
		return at * size[0];
	for (int i = 0; i < n; i++) {
		if (at <= i + 1)
			return sum + (at - i) * size[i];
		sum += size[i];
	}
	return sum + (at - n) * size[n - 1];
}

static double river_x(double y)
{
	/* Meanders calm down far from the town, where the frame ends. */
	double calm = 1.0 / (1.0 + pow(fabs(y) / 5200.0, 6));

	return RIVER_X + calm * (390 * sin((y + 300) / 1000) + 95 * sin((y - 700) / 410)) +
	       120 * sin(y / 2600);
}

double mm_river_half(double plan_y)
{
	return 30 + 7 * sin(plan_y / 700) + 4 * sin(plan_y / 173 + 1);
}

static struct mm_pt turned(double x, double y)
{
	return mm_pt_turn((struct mm_pt){x, y}, TURN_DEG);
}

struct mm_pt mm_river_at(double plan_y)
{
	return turned(river_x(plan_y), plan_y);
}

double mm_river_dist(struct mm_pt p)
{
	struct mm_pt q = mm_pt_turn(p, -TURN_DEG);
	double best = INFINITY;

	for (double y = q.y - 240; y <= q.y + 240; y += 20) {
		struct mm_pt a = {river_x(y), y}, b = {river_x(y + 20), y + 20};

		best = fmin(best, mm_seg_dist(q, a, b, NULL) - mm_river_half(y));
	}
	return best;
}

/* Northing on the unturned plan. */
static double plan_y(int sheet, double x_m, double b)
{
	double y = NORTH_Y - ladder(row_m, 15, b);

	if (sheet == MM_WEST)
		return y - 0.13 * x_m + 90 * (sin(x_m / 520 + 0.9) - sin(0.9)) * (1 + 0.4 * sin(b / 3.1));
	return y + 0.05 * x_m + 110 * sin(x_m / 640) * (1 + 0.5 * sin(b / 2.6 + 1));
}

double mm_plan_bank_y(int sheet, double b)
{
	return plan_y(sheet, 0, b);
}

struct mm_pt mm_plan_at(int sheet, double a, double b)
{
	double x, y, t, bend;

	if (sheet == MM_VILLAGE)
		return mm_pt_move((struct mm_pt){VILLAGE_X, VILLAGE_Y}, mm_pt_turn((struct mm_pt){1, 0}, 21),
				  (a - 1) * 400, (0.5 - b) * 330 + 25 * sin(a * 2.1));
	x = sheet == MM_WEST ? ladder(west_m, 5, a) : ladder(east_m, 7, a);
	y = plan_y(sheet, x, b);
	t = fmin(1.0, fmax(0.0, x / (sheet == MM_WEST ? 1610 : 2230)));
	bend = (river_x(y) - RIVER_X) * pow(1 - t, 1.4) + 110 * sin(y / 830 + 2 * sheet) * t;
	x = sheet == MM_WEST ? -BANK_M - x : BANK_M + x;
	return turned(RIVER_X + x + bend, y);
}

struct mm_pt mm_plan_along(int sheet, double a, double b)
{
	return mm_pt_dir(mm_plan_at(sheet, a - 0.01, b), mm_plan_at(sheet, a + 0.01, b));
}

struct mm_pt mm_plan_down(int sheet, double a, double b)
{
	return mm_pt_dir(mm_plan_at(sheet, a, b - 0.01), mm_plan_at(sheet, a, b + 0.01));
}

char mm_plan_zone(int sheet, int col, int row)
{
	if (col < 0 || row < 0 || col >= mm_plan_cols(sheet) || row >= mm_plan_rows(sheet))
		return ' ';
	if (sheet == MM_VILLAGE)
		return 'P';
	return sheet == MM_WEST ? west_zone[row][4 - col] : east_zone[row][col];
}

bool mm_plan_built(int sheet, int col, int row)
{
	char z = mm_plan_zone(sheet, col, row);

	return z != ' ' && strchr(MM_ZONES_BUILT, z) != NULL;
}

double mm_plan_width(int sheet, int col, int row)
{
	return mm_pt_dist(mm_plan_at(sheet, col, row + 0.5), mm_plan_at(sheet, col + 1, row + 0.5));
}

double mm_plan_height(int sheet, int col, int row)
{
	return mm_pt_dist(mm_plan_at(sheet, col + 0.5, row), mm_plan_at(sheet, col + 0.5, row + 1));
}

void mm_plan_box(int sheet, double a0, double b0, double a1, double b1, struct mm_path *ret)
{
	int na = (int)lround((a1 - a0) * 4), nb = (int)lround((b1 - b0) * 4);

	for (int i = 0; i < na; i++)
		mm_path_add(ret, mm_plan_at(sheet, a0 + i * 0.25, b0));
	for (int i = 0; i < nb; i++)
		mm_path_add(ret, mm_plan_at(sheet, a1, b0 + i * 0.25));
	for (int i = 0; i < na; i++)
		mm_path_add(ret, mm_plan_at(sheet, a1 - i * 0.25, b1));
	for (int i = 0; i < nb; i++)
		mm_path_add(ret, mm_plan_at(sheet, a0, b1 - i * 0.25));
}

int mm_plan_district(int sheet, int col, int row)
{
	if (sheet == MM_VILLAGE)
		return 9;
	if (sheet == MM_WEST)
		return row < 4 ? 7 : row < 10 ? 6 : 8;
	if (row < 4)
		return 2;
	if (row < 10)
		return col < 3 ? 1 : 3;
	return col < 4 ? 4 : 5;
}
