/* Limn for C and for every language that calls C: poses of people in pictures that are in memory. C99.
 *
 *   limn_error error;
 *   limn_predictor *predictor = limn_load("limn-s.safetensors", 0, &error);
 *   limn_picture picture = {pixels, width, height, 0};
 *   limn_people *people = predictor ? limn_predict(predictor, &picture, LIMN_SEARCH, NULL, &error) : NULL;
 *   if (!people) fprintf(stderr, "%s\n", error.message);
 *   for (int i = 0; i < limn_people_count(people); ++i) use(limn_joints_px(people, i));
 *   limn_people_free(people);
 *   limn_free(predictor);
 *
 * Link liblimn_c (pkg-config limn, or limn::c of find_package(limn)). Nothing is global: several predictors may be used
 * by several threads at once, and calls with one predictor wait for each other. No function prints, exits or lets an
 * exception out. Conventions: pixels x right, y down, the centre of the first one at (0.5, 0.5); metres; x right, y
 * down, z away from the camera; left and right are the person's own; the T-pose has y up, faces +z, its left at +x. */
#ifndef LIMN_CAPI_LIMN_H
#define LIMN_CAPI_LIMN_H

#include <stddef.h>

#if defined(__GNUC__)
#define LIMN_API __attribute__((visibility("default")))
#else
#define LIMN_API
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* The codes of the command line, too. */
enum {
  LIMN_OK = 0,
  LIMN_USAGE = 2, /* an argument that cannot be */
  LIMN_INPUT = 3, /* data that cannot be read, or no memory for it */
  LIMN_MODEL = 4  /* a weight file that cannot be used */
};

/* What went wrong in one call; its caller owns it. NULL may be passed for it. */
typedef struct limn_error {
  int code;          /* LIMN_OK after success */
  char message[512]; /* UTF-8, "what (where); remedy", cut where it is longer; empty after success */
} limn_error;

/* A model ready to run, and the people of one picture. */
typedef struct limn_predictor limn_predictor;
typedef struct limn_people limn_people;

/* "0.1.0" */
LIMN_API const char* limn_version(void);

/* Flags of limn_load. */
enum { LIMN_MIRROR = 1 /* read the mirror image, too: twice the time, better poses */ };

/* NULL and the error where the file is no model. Free with limn_free. */
LIMN_API limn_predictor* limn_load(const char* model_path, int flags, limn_error* error);
LIMN_API void limn_free(limn_predictor* predictor); /* NULL is allowed */

/* The skeleton: parents stand before their children, the root's is -1. Names live as long as the predictor; NULL and -1
 * for a number that is no joint's. */
LIMN_API int limn_joint_count(const limn_predictor* predictor);
LIMN_API const char* limn_joint_name(const limn_predictor* predictor, int joint);
LIMN_API int limn_joint_parent(const limn_predictor* predictor, int joint);
LIMN_API int limn_joint_mirror(const limn_predictor* predictor,
                               int joint); /* on the other side; itself on the midline */
LIMN_API int limn_joint_index(const limn_predictor* predictor, const char* name);

/* 8-bit sRGB, three bytes a pixel, rows from the top. Read during the call only. */
typedef struct limn_picture {
  const unsigned char* rgb;
  int width, height;
  size_t stride; /* bytes from one row to the next; 0: 3 * width */
} limn_picture;

/* Pixels: left, top, width, height of the person. */
typedef struct limn_box {
  float x, y, width, height;
} limn_box;

/* Where to look. */
enum {
  LIMN_SEARCH = 0, /* everywhere; `box` is not read */
  LIMN_WHOLE = 1,  /* one person who fills the picture; `box` is not read */
  LIMN_BOX = 2     /* one person in `box` */
};

/* NULL and the error after a failure; a list of nobody where nobody was found. Free with limn_people_free. */
LIMN_API limn_people* limn_predict(limn_predictor* predictor, const limn_picture* picture, int where,
                                   const limn_box* box, limn_error* error);
LIMN_API void limn_people_free(limn_people* people); /* NULL is allowed */

/* 0 for NULL. */
LIMN_API int limn_people_count(const limn_people* people);

/* Of one person, J joints, row-major; they live as long as `people`. NULL for a number that is no person's. */
LIMN_API const float* limn_joints_px(const limn_people* people, int person);  /* [J 2] pixels of the picture */
LIMN_API const float* limn_confidence(const limn_people* people, int person); /* [J] in [0, 1] */
LIMN_API const float* limn_positions(const limn_people* people, int person);  /* [J 3] metres from the root */
LIMN_API const float* limn_local_rotations(const limn_people* people,
                                           int person); /* [J 3 3] parent_from_joint, away from the
                                                           T-pose; the root's frame_from_root */
LIMN_API const float* limn_global_rotations(const limn_people* people, int person);   /* [J 3 3] frame_from_joint */
LIMN_API const float* limn_local_quaternions(const limn_people* people, int person);  /* [J 4] w, x, y, z, w >= 0 */
LIMN_API const float* limn_global_quaternions(const limn_people* people, int person); /* [J 4] the same */
LIMN_API const float* limn_bone_lengths(const limn_people* people,
                                        int person); /* [J] metres from the parent; 0: the root's */
LIMN_API const float* limn_camera(const limn_people* people, int person); /* [3] u, v, s: pixel = (u, v) + s (x, y) */
LIMN_API float limn_score(const limn_people* people, int person); /* [0, 1]; 0 for a number that is no person's */

#ifdef __cplusplus
}
#endif
#endif
