#include <gdal.h>
#include <cpl_error.h>
#include <ogr_srs_api.h>
