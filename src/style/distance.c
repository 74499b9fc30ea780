#include "style/distance.h"

#include <stdlib.h>

static const float far_away = 1e12f;

/* Lower envelope of parabolas, one dimension: n cells `stride` apart. f, at, edge: room for n, n, n + 1. */
static void transform(float *grid, size_t n, size_t stride, float *f, size_t *at, float *edge)
{
	size_t k = 0, last;

	for (size_t i = 0; i < n; i++)
		f[i] = grid[i * stride];
	at[0] = 0;
	edge[0] = -far_away;
	edge[1] = far_away;
	for (size_t q = 1; q < n; q++) {
		float s;

		for (;;) {
			size_t r = at[k];

			s = (f[q] - f[r] + (float)(q * q) - (float)(r * r)) / (2 * (float)(q - r));
			if (s > edge[k] || k == 0)
				break;
			k--;
		}
		if (s > edge[k])
			k++;
		at[k] = q;
		edge[k] = k ? s : -far_away;
		edge[k + 1] = far_away;
	}
	last = k;
	k = 0;
	for (size_t q = 0; q < n; q++) {
		float d;

		while (k < last && edge[k + 1] < (float)q)
			k++;
		d = (float)q - (float)at[k];
		grid[q * stride] = f[at[k]] + d * d;
	}
}

bool mm_distance2(const uint8_t *inside, uint8_t value, size_t width, size_t height, float *ret)
{
	size_t n = width > height ? width : height;
	float *f = malloc(n * sizeof(*f)), *edge = malloc((n + 1) * sizeof(*edge));
	size_t *at = malloc(n * sizeof(*at));
	bool good = f && edge && at;

	for (size_t i = 0; i < width * height && good; i++)
		ret[i] = inside[i] == value ? 0 : far_away;
	for (size_t x = 0; x < width && good; x++)
		transform(ret + x, height, width, f, at, edge);
	for (size_t y = 0; y < height && good; y++)
		transform(ret + y * width, width, 1, f, at, edge);
	free(f);
	free(edge);
	free(at);
	return good;
}
