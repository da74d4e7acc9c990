/* Square matrices for the tests of linear algebra, in an arena of each test. */
#ifndef NABLA_UNIT_MATRICES_H
#define NABLA_UNIT_MATRICES_H

#include "support.h"

typedef struct place {
    limits limits;
    arena arena;
    dice dice;
} place;

/* In place, as its arena knows where the limits are. */
void open_place(place *p);
/* Checks that all memory has been given back. */
void close_place(place *p);

/* Runs a test with OpenBLAS and without. */
void both_ways(void (*test)(void));

/* All of these are n×n and live in the arena. This one is zero. */
double *new_matrix(place *p, size_t n);

/* Entries between -1 and 1. */
double *random_matrix(place *p, size_t n);
/* Such rows and columns times powers of 2 up to 2^30. */
double *badly_scaled_matrix(place *p, size_t n);
double *permutation_matrix(place *p, size_t n);
/* Random triangles with 2 on the diagonal. */
double *lower_matrix(place *p, size_t n);
double *upper_matrix(place *p, size_t n);
/* Integers; n is at most 200. */
double *matrix_of_rank(place *p, size_t n, size_t rank);
/* G G' for a lower triangle G with 2 on its diagonal, and G itself. */
double *positive_matrix(place *p, size_t n, double **root);

double largest_size(const double *m, size_t n);

/* By a factorization that nothing remembers. */
double determinant_of(place *p, const double *m, size_t n);

#endif
