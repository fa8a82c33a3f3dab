package jakarta.annotation;

/** Stands in for the jar of the same name, which a project takes from its own registry. */
public @interface Generated {
  String[] value();

  String date() default "";

  String comments() default "";
}
