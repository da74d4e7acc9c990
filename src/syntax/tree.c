#include "syntax/tree.h"

#include <assert.h>
#include <string.h>

#include "base/text.h"

void tree_push(tree_writer *w, tree_node n)
{
    size_t size = 1;
    for (uint32_t k = 0; k < n.arity; k++)
        size += w->nodes.items[w->nodes.count - size].size;
    n.size = (uint32_t)size;
    array_push(w->arena, &w->nodes, n);
}

tree tree_written(const tree_writer *w)
{
    return (tree){w->nodes.items, w->nodes.count};
}

tree tree_part(const tree *t, size_t at)
{
    size_t size = t->nodes[at].size;
    return (tree){t->nodes + at + 1 - size, size};
}

void tree_children(const tree *t, size_t at, size_t *children)
{
    size_t end = at;
    for (size_t k = t->nodes[at].arity; k-- > 0;) {
        assert(end > 0);
        children[k] = end - 1;
        end -= t->nodes[end - 1].size;
    }
}

tree tree_copy(arena *a, const tree *t)
{
    tree copy = {ARENA_ARRAY(a, tree_node, t->count), t->count};
    memcpy(copy.nodes, t->nodes, t->count * sizeof *t->nodes);
    for (size_t i = 0; i < t->count; i++) {
        const tree_node *n = &t->nodes[i];
        if (n->literal != NULL)
            copy.nodes[i].literal = copy_in(a, n->literal, strlen(n->literal));
        if (n->kind == TREE_TEXT)
            copy.nodes[i].as.text = copy_in(a, n->as.text, strlen(n->as.text));
        if (n->kind == TREE_VALUE) {
            tensor *value = ARENA_NEW(a, tensor);
            *value = tensor_copy(a, &n->as.value->shape, n->as.value->entries);
            copy.nodes[i].as.value = value;
        }
    }
    return copy;
}
