/* A user of the C interface: C99, no C++. Usage: limn_capi_user MODEL; prints what one grey picture gives. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "limn/capi/limn.h"

int main(int argc, char **argv) {
  enum { width = 60, height = 40, stride = 200 };
  unsigned char *pixels = malloc(stride * height);
  limn_error error;
  limn_predictor *predictor;
  limn_people *people;
  limn_picture picture;
  limn_box box = {10, 5, 30, 30};
  int joint, i;

  if (argc != 2 || !pixels) return 2;
  for (i = 0; i < stride * height; ++i) pixels[i] = (unsigned char)(i % 251);
  picture.rgb = pixels;
  picture.width = width;
  picture.height = height;
  picture.stride = stride;

  predictor = limn_load(argv[1], 0, &error);
  if (!predictor) {
    fprintf(stderr, "%d %s\n", error.code, error.message);
    free(pixels);
    return error.code;
  }
  people = limn_predict(predictor, &picture, LIMN_BOX, &box, &error);
  if (!people) fprintf(stderr, "%s\n", error.message);
  for (i = 0; i < limn_people_count(people); ++i) {
    const float *px = limn_joints_px(people, i), *q = limn_local_quaternions(people, i);
    for (joint = 0; joint < limn_joint_count(predictor); ++joint)
      printf("%s %d %.3f %.3f %.4f %.4f %.4f %.4f\n", limn_joint_name(predictor, joint),
             limn_joint_parent(predictor, joint), px[2 * joint], px[2 * joint + 1], q[4 * joint], q[4 * joint + 1],
             q[4 * joint + 2], q[4 * joint + 3]);
  }
  limn_people_free(people);
  limn_free(predictor);
  free(pixels);
  return error.code;
}
