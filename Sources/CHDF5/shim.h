#include <hdf5.h>
#include <stdint.h>
#include <string.h>

/* Keeps the library from writing to the standard error. Where it is built for threads, each of them has to say so. */
static inline void chdf5_quiet(void) { H5Eset_auto2(H5E_DEFAULT, NULL, NULL); }

/* Numbers of a dataset that lie in its file one after the other, unpacked. */
typedef struct {
    char name[257];
    int64_t offset;
    uint64_t count;
    /* As the letters of Python's struct: f and d, i and q, all with the least byte first. */
    char kind;
} CHDF5Place;

static inline char chdf5_kind(hid_t type) {
    if (H5Tequal(type, H5T_IEEE_F32LE) > 0) return 'f';
    if (H5Tequal(type, H5T_IEEE_F64LE) > 0) return 'd';
    if (H5Tequal(type, H5T_STD_I32LE) > 0) return 'i';
    if (H5Tequal(type, H5T_STD_I64LE) > 0) return 'q';
    return 0;
}

/* Where the numbers of an open dataset lie; its kind is 0 where they are packed, in pieces, elsewhere, or of another kind. */
static inline void chdf5_find(hid_t dataset, CHDF5Place *place) {
    hid_t made = H5Dget_create_plist(dataset), type = H5Dget_type(dataset), space = H5Dget_space(dataset);
    place->kind = 0;
    if (made >= 0 && type >= 0 && space >= 0 && H5Pget_layout(made) == H5D_CONTIGUOUS && H5Pget_nfilters(made) == 0 &&
        H5Pget_external_count(made) == 0) {
        haddr_t offset = H5Dget_offset(dataset);
        hssize_t count = H5Sget_simple_extent_npoints(space);
        if (offset != HADDR_UNDEF && count > 0) {
            place->offset = (int64_t)offset;
            place->count = (uint64_t)count;
            place->kind = chdf5_kind(type);
        }
    }
    if (space >= 0) H5Sclose(space);
    if (type >= 0) H5Tclose(type);
    if (made >= 0) H5Pclose(made);
}

/* The datasets of the root group whose numbers can be read where they lie: how many, at most `most`; none where the file is not
   HDF5. The library is not made for threads. */
static inline int chdf5_places(const char *path, CHDF5Place *places, int most) {
    int found = 0;
    H5E_BEGIN_TRY {
        hid_t file = H5Fopen(path, H5F_ACC_RDONLY, H5P_DEFAULT);
        H5G_info_t group;
        if (file >= 0 && H5Gget_info(file, &group) >= 0) {
            for (hsize_t index = 0; index < group.nlinks && found < most; index++) {
                CHDF5Place *place = places + found;
                ssize_t length = H5Lget_name_by_idx(
                    file, ".", H5_INDEX_NAME, H5_ITER_INC, index, place->name, sizeof place->name, H5P_DEFAULT);
                if (length <= 0 || length >= (ssize_t)sizeof place->name) continue;
                hid_t dataset = H5Dopen2(file, place->name, H5P_DEFAULT);
                if (dataset < 0) continue;
                chdf5_find(dataset, place);
                H5Dclose(dataset);
                if (place->kind != 0) found++;
            }
        }
        if (file >= 0) H5Fclose(file);
    }
    H5E_END_TRY;
    return found;
}
