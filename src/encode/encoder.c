#include "encode/encoder.h"

const struct mm_encoder *const mm_encoders[MM_ENCODERS] = {
    &mm_encoder_jsonfg, &mm_encoder_geojson, &mm_encoder_geojson_seq, &mm_encoder_geojson_lines,
    &mm_encoder_csv,    &mm_encoder_kml,     &mm_encoder_gml};

bool mm_encode_has_field(const struct mm_encode *in, size_t field)
{
	return !mm_layer_schema(in->layer)->field[field].hidden && !(in->leaves_out && in->leaves_out[field]);
}
