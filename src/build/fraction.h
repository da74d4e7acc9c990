/* A difference of two fractions as one. */
#ifndef NABLA_BUILD_FRACTION_H
#define NABLA_BUILD_FRACTION_H

#include "build/build.h"
#include "build/formula.h"

/* (1 - y)/(1 - p) - y/p as (p - y)/(p*(1 - p)): one fraction where its numerator is short
 * once multiplied out, else `n` itself. It has the same value but for rounding, and for
 * points where one of the fractions has none. What has a name is not looked into. */
node_id fraction_of(builder *b, node_id n, node_names *names, const void *owner);

#endif
