#include "nabla_side.h"

#include <stdio.h>

#include "nabla.h"

limits nabla_limits;

int main(void)
{
    jmp_buf escape;
    nabla_limits.escape = &escape;
    if (setjmp(escape) != 0) {
        fprintf(stderr, "nabla's side ran into a limit\n");
        return 1;
    }
    const workload all[] = {nabla_chain,   nabla_entries, nabla_random,
                            nabla_product, nabla_network, nabla_small_network,
                            nabla_logistic};
    return side_main("nabla " NABLA_VERSION, all, sizeof all / sizeof *all);
}
