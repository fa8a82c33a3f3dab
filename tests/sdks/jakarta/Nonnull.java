package jakarta.annotation;

/** Stands in for the jar of the same name, which a project takes from its own registry. */
public @interface Nonnull {}
